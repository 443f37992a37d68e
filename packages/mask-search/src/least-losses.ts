import type { RemovalCurve } from "@winnow/tensor"
import { greedyLosses, isConvex } from "./greedy-losses.ts"
import { minPlusLosses } from "./min-plus-losses.ts"

/** For every number of units taken from several curves together: the least loss, and what each curve gives up for it. */
export interface LeastLosses {
	/** `loss[k]`: the least sum of the curves' losses when k units go. `[units + 1]` */
	readonly loss: Float64Array
	/** How many units each curve gives up when `removed` go; of equally good ways, the one that takes most from the last. */
	removals(removed: number): Uint32Array
}

/**
 * The least losses over several curves of one price, exact on the numbers given (to the rounding of convex curves' sums).
 *
 *   loss[k] = min { sum_l curve_l.loss[k_l] : sum_l k_l = k }
 *
 * Convex curves (each unit costs at least as much as the one before, as with the diagonal Fisher information) are merged:
 * the cheapest next removal is then always part of the optimum. All others go through the dynamic programme.
 */
export function leastLosses(curves: readonly RemovalCurve[]): LeastLosses {
	return curves.every(isConvex) ? greedyLosses(curves) : minPlusLosses(curves)
}
