import { type CostModel, mustBe, type RemovalCurve, UnsupportedError } from "@winnow/tensor"
import { greedyLosses, isConvex } from "./greedy-losses.ts"
import type { LeastLosses } from "./least-losses.ts"
import { minPlusLosses } from "./min-plus-losses.ts"

/** The sublayers whose units have one price (the heads, or the neurons), searched together. */
export interface PriceGroup extends LeastLosses {
	/** Cost of one unit. */
	readonly price: number
	/** Which sublayers, in model order. */
	readonly sublayers: readonly number[]
	/** Units of all of them that may go. */
	readonly units: number
}

/**
 * The sublayers grouped by the price of a unit, the dearer group first.
 *
 * Sublayers without units belong to none. A group that is not there is an empty one of the other's price.
 *
 * @throws {UnsupportedError} when cost is not linear or has more than two prices
 */
export function priceGroups(curves: readonly RemovalCurve[], { prices }: CostModel): readonly [PriceGroup, PriceGroup] {
	const most = "linear in the kept units, with at most two prices"
	if (prices === undefined) throw new UnsupportedError("mask search", mustBe("the cost model", most, "not linear"))
	const filled = [...curves.keys()].filter((index) => curves[index]!.order.length > 0)
	const distinct = distinctPrices(prices, filled)
	if (distinct.length > 2) {
		throw new UnsupportedError("mask search", mustBe("the cost model", most, `${distinct.length} prices`))
	}
	const [dearer = 1, cheaper = dearer] = distinct
	const dear = filled.filter((index) => prices[index] === dearer)
	const cheap = filled.filter((index) => prices[index] !== dearer)
	return [priceGroup(curves, dearer, dear), priceGroup(curves, cheaper, cheap)]
}

/** The prices of these sublayers' units, the dearest first. */
export function distinctPrices(prices: Float64Array, sublayers: readonly number[]): readonly number[] {
	return [...new Set(sublayers.map((index) => prices[index]!))].sort((a, b) => b - a)
}

function priceGroup(curves: readonly RemovalCurve[], price: number, sublayers: readonly number[]): PriceGroup {
	const least = leastLosses(sublayers.map((index) => curves[index]!))
	return { ...least, price, sublayers, units: least.loss.length - 1 }
}

/**
 * The least losses over several curves of one price, exact on the numbers given (to the rounding of convex curves' sums).
 *
 *   loss[k] = min { sum_l curve_l.loss[k_l] : sum_l k_l = k }
 *
 * Convex curves (each unit costs at least as much as the one before, as with the diagonal Fisher information) are merged:
 * the cheapest next removal is then always part of the optimum. All others go through the dynamic programme.
 */
function leastLosses(curves: readonly RemovalCurve[]): LeastLosses {
	return curves.every(isConvex) ? greedyLosses(curves) : minPlusLosses(curves)
}
