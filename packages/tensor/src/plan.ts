import type { Kept } from "./sublayer.ts"

/**
 * What removing units of one sublayer is expected to cost, one unit after the other.
 *
 * Whatever makes curves (diagonal Fisher, K-FAC, magnitude, a random order) can be searched.
 */
export interface RemovalCurve {
	/** All units, the first to go first. `[unit]` */
	readonly order: Uint32Array
	/**
	 * `loss[k]`: expected loss when the first k units of `order` are gone; finite, and `loss[0]` = 0. It may fall where a later removal makes
	 * up for an earlier one. `[unit + 1]`
	 */
	readonly loss: Float64Array
}

/**
 * What a pruned model costs: `fixed + sum over sublayers of cost(sublayer, kept)`. Searches refuse one that breaks what is said here;
 * `@winnow/tensor/conformance` tests it.
 */
export interface CostModel {
	readonly unit: "MAC" | "ms"
	/** What no pruning removes. */
	readonly fixed: number
	/** Price of one unit of each sublayer, when cost is linear: `cost(l, k) = prices[l] * k`. `[sublayer]` */
	readonly prices?: Float64Array
	/** Cost of a sublayer that keeps so many units: 0 for none, finite, zero or more. A count of MACs never falls; latency may. */
	cost(sublayer: number, kept: number): number
}

/** The outcome of search and rearrangement. */
export interface Plan {
	readonly kept: Kept
	/** In the cost model's unit. */
	readonly cost: number
	/** Cost relative to the model with all units. */
	readonly share: number
	/** Expected loss: the sum of the curves at the kept counts. */
	readonly loss: number
}
