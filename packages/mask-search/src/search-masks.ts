import type { CostModel, Plan, RemovalCurve } from "@winnow/tensor"
import type { Budget } from "./budget.ts"
import { dynamicProgram } from "./dynamic-program.ts"
import { planFor } from "./plan-for.ts"
import { distinctPrices } from "./price-groups.ts"
import { type SearchOptions, searchTable } from "./search-table.ts"

/**
 * Which units to keep under a budget so that the expected loss is least: mask search (Kwon et al. 2022, section 4.1), on any removal
 * curves and under any costs.
 *
 *   min sum_l curve_l.loss[removed_l]  with  fixed + sum_l cost(l, kept_l) <= budget
 *
 * Each curve says in which order its units go; the search finds how many. What costs look like decides how:
 *
 * - One price a unit, at most two of them (MACs: heads and neurons): exact. Sublayers of one price are joined, and every number of the
 *   dearer units is tried with the cheaper that fit (`searchTable`, `planFor`). Ties within a price fall on the later
 *   sublayer: for curves of the diagonal Fisher information the plan keeps what one stable sort of all scores of that price,
 *   descending, puts first, and the rounding of their running sums decides nothing (see `greedyLosses`).
 * - Anything else, such as tables of measured latency: `dynamicProgram`, exact on small problems, within a stated bound on large ones.
 *
 * For several budgets under at most two prices build the table once: `searchTable`, then `planFor` each.
 *
 * @param curves - one a sublayer, in model order
 * @param cost - any
 * @param budget - `{ share }` of the whole model's cost, or `{ atMost }` in the cost model's unit
 * @throws {InvalidInputError} when the budget is no share in (0, 1] and no amount, a curve or a cost is none, or prices and costs contradict each other
 * @throws {InfeasibleBudgetError} when even what must stay costs more; it names the smallest feasible share
 * @throws {ShapeError} when the curves do not fit the cost model or are no curves, or a sublayer must keep more than it has
 * @example
 * searchMasks(diagonalCurves(gradients), macModel(sublayers, { hidden, length }), { share: 0.5 })
 * @example
 * searchMasks(curves, cost, { share: 0.3 }, { atLeast: leastKept(sublayers, { minHeads: 1 }) })
 */
export function searchMasks(
	curves: readonly RemovalCurve[],
	cost: CostModel,
	budget: Budget,
	options: SearchOptions = {},
): Plan {
	return hasTwoPrices(curves, cost, options)
		? planFor(searchTable(curves, cost, options), budget)
		: dynamicProgram(curves, cost, budget, options)
}

/** Whether the units that may go have prices, at most two of them. */
function hasTwoPrices(
	curves: readonly RemovalCurve[],
	{ prices }: CostModel,
	{ atLeast = curves.map(() => 0) }: SearchOptions,
): boolean {
	if (prices === undefined) return false
	const movable = [...curves.keys()].filter((index) => curves[index]!.order.length > atLeast[index]!)
	return distinctPrices(prices, movable).length <= 2
}
