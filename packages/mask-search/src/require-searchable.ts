import { type CostModel, InvalidInputError, type RemovalCurve, ShapeError } from "@winnow/tensor"
import { requireCosts } from "./require-costs.ts"

/** What every search is given: one curve and one count a sublayer, in model order. */
export interface Searchable {
	readonly curves: readonly RemovalCurve[]
	readonly cost: CostModel
	readonly atLeast: readonly number[]
}

/**
 * Refuses what no search can take.
 *
 * @throws {InvalidInputError} when a loss is not finite, removing nothing has one, or `requireCosts` refuses the costs
 * @throws {ShapeError} when the curves do not fit the cost model or are no curves, or a sublayer must keep more than it has
 */
export function requireSearchable({ curves, cost, atLeast }: Searchable): void {
	const { prices } = cost
	if (prices !== undefined && prices.length !== curves.length) {
		throw new ShapeError("mask search", "the number of prices", `${curves.length}, one a curve`, prices.length)
	}
	for (const [index, curve] of curves.entries()) requireCurve(curve, index)
	requireCounts(atLeast, curves)
	requireCosts(
		cost,
		curves.map(({ order }) => order.length),
	)
}

function requireCounts(atLeast: readonly number[], curves: readonly RemovalCurve[]): void {
	if (atLeast.length !== curves.length) {
		throw new ShapeError("mask search", "the counts to keep at least", `${curves.length}, one a curve`, atLeast.length)
	}
	for (const [index, count] of atLeast.entries()) {
		const units = curves[index]!.order.length
		if (Number.isInteger(count) && count >= 0 && count <= units) continue
		throw new ShapeError("mask search", `what sublayer ${index} keeps at least`, `0 to ${units} units`, count)
	}
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
	if (bad !== undefined) {
		throw new InvalidInputError("mask search", `the losses of removal curve ${index}`, "finite", bad)
	}
	if (loss[0] === 0) return
	throw new InvalidInputError(
		"mask search",
		`the first loss of removal curve ${index}`,
		"0: nothing is removed",
		loss[0],
	)
}
