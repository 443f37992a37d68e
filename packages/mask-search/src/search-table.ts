import { type CostModel, InvalidInputError, type RemovalCurve, ShapeError } from "@winnow/tensor"
import { type PriceGroup, priceGroups } from "./price-groups.ts"

/** What a search knows before it is told a budget: built once, read by `planFor` for as many budgets as one likes. */
export interface SearchTable {
	readonly curves: readonly RemovalCurve[]
	readonly cost: CostModel
	/** Cost of the model with all units. */
	readonly full: number
	/** The dearer price group, and the cheaper. */
	readonly groups: readonly [dear: PriceGroup, cheap: PriceGroup]
}

/**
 * The least loss for every number of kept units of each price.
 *
 * @param curves - one a sublayer, in model order; need be neither convex nor monotone
 * @param cost - linear, with at most two prices (heads and neurons)
 * @throws {UnsupportedError} when the cost model is another one
 * @throws {InvalidInputError} when a loss is not finite
 * @throws {ShapeError} when the curves do not fit the cost model or are no curves
 * Cost: O(curves * units) for convex curves, O(units^2) for others; 0.6 G additions for the neurons of BERT-base.
 */
export function searchTable(curves: readonly RemovalCurve[], cost: CostModel): SearchTable {
	if (cost.prices !== undefined && cost.prices.length !== curves.length) {
		throw new ShapeError("mask search", "the number of prices", `${curves.length}, one a curve`, cost.prices.length)
	}
	for (const [index, curve] of curves.entries()) requireCurve(curve, index)
	const groups = priceGroups(curves, cost)
	const full = curves.reduce((sum, { order }, index) => sum + cost.cost(index, order.length), cost.fixed)
	return { curves, cost, full, groups }
}

function requireCurve({ order, loss }: RemovalCurve, index: number): void {
	if (loss.length !== order.length + 1) {
		const what = `the losses of removal curve ${index}`
		throw new ShapeError("mask search", what, `${order.length + 1} long, one more than its units`, loss.length)
	}
	const listed = new Set(order)
	for (let unit = 0; unit < order.length; unit++) {
		if (listed.has(unit)) continue
		throw new ShapeError("mask search", `the order of removal curve ${index}`, "every unit once", `without ${unit}`)
	}
	const bad = loss.find((each) => !Number.isFinite(each))
	if (bad === undefined) return
	throw new InvalidInputError("mask search", `the losses of removal curve ${index}`, "finite", bad)
}
