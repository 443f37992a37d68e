import type { CostModel, RemovalCurve } from "@winnow/tensor"
import { curveBeginning } from "./curve-beginning.ts"
import { fullCost, modelCost } from "./model-cost.ts"
import { type PriceGroup, priceGroups } from "./price-groups.ts"
import { requireSearchable } from "./require-searchable.ts"

/** What a search knows before it is told a budget: built once, read by `planFor` for as many budgets as one likes. */
export interface SearchTable {
	readonly curves: readonly RemovalCurve[]
	readonly cost: CostModel
	/** Cost of the model with all units. */
	readonly full: number
	/** How many units each sublayer keeps at least. */
	readonly atLeast: readonly number[]
	/** Cost of the model with the units that must stay: the fixed cost where there are none. */
	readonly least: number
	/** The dearer price group, and the cheaper, of the units that may go. */
	readonly groups: readonly [dear: PriceGroup, cheap: PriceGroup]
}

export interface SearchOptions {
	/** How many units each sublayer keeps at least, one number a sublayer; default: none. See `leastKept`. */
	readonly atLeast?: readonly number[] | undefined
}

/**
 * The least loss for every number of units of each price that may go.
 *
 * @param curves - one a sublayer, in model order; need be neither convex nor monotone
 * @param cost - linear, with at most two prices (heads and neurons)
 * @throws {UnsupportedError} when the cost model is another one
 * @throws {InvalidInputError} when a curve or a cost is none, or prices and costs contradict each other
 * @throws {ShapeError} when the curves do not fit the cost model or are no curves, or a sublayer must keep more than it has
 * Cost: O(curves * units) for convex curves, O(units^2) for others; 0.6 G additions for the neurons of BERT-base.
 */
export function searchTable(
	curves: readonly RemovalCurve[],
	cost: CostModel,
	{ atLeast = curves.map(() => 0) }: SearchOptions = {},
): SearchTable {
	requireSearchable({ curves, cost, atLeast })
	const groups = priceGroups(
		curves.map((curve, index) => curveBeginning(curve, atLeast[index]!)),
		cost,
	)
	return { curves, cost, full: fullCost(cost, curves), atLeast, least: modelCost(cost, atLeast), groups }
}
