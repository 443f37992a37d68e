import type { CostModel, Plan, RemovalCurve } from "@winnow/tensor"
import type { Budget } from "./budget.ts"
import { planFor } from "./plan-for.ts"
import { type SearchOptions, searchTable } from "./search-table.ts"

/**
 * Which units to keep under a budget so that the expected loss is least: mask search (Kwon et al. 2022, section 4.1), exact on
 * any removal curves.
 *
 *   min sum_l curve_l.loss[removed_l]  with  fixed + sum_l price_l kept_l <= budget
 *
 * Each curve says in which order its units go; the search finds how many. Sublayers of one price are joined by a dynamic
 * programme, and every number of the dearer units is tried with the cheaper that fit. Ties within a price fall on the later
 * sublayer: for curves of the diagonal Fisher information the plan keeps what one stable sort of all scores of that price,
 * descending, puts first, and the rounding of their running sums decides nothing (see `greedyLosses`).
 *
 * For several budgets build the table once: `searchTable`, then `planFor` each.
 *
 * @param curves - one a sublayer, in model order
 * @param cost - linear in the kept units, with at most two prices
 * @param budget - `{ share }` of the whole model's cost, or `{ atMost }` in the cost model's unit
 * @throws {InvalidInputError} when the budget is no share in (0, 1] and no amount, or a loss is not finite
 * @throws {InfeasibleBudgetError} when even what must stay costs more; it names the smallest feasible share
 * @throws {UnsupportedError} when cost is not linear or has more than two prices
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
	return planFor(searchTable(curves, cost, options), budget)
}
