import type { CostModel, Plan, RemovalCurve } from "@winnow/tensor"
import { type Budget, forgivingAmount, infeasibleBudget } from "./budget.ts"
import { costTable } from "./cost-table.ts"
import { leastLossChoices } from "./least-loss-choices.ts"
import { fullCost } from "./model-cost.ts"
import { paretoOptions } from "./pareto-options.ts"
import { planRemoving } from "./plan-keeping.ts"
import { requireSearchable } from "./require-searchable.ts"
import type { SearchOptions } from "./search-table.ts"

/**
 * The plan of least expected loss under any costs: measured latency, whose table need be neither linear nor convex nor monotone.
 *
 *   min sum_l curve_l.loss[units_l - k_l]  with  fixed + sum_l cost(l, k_l) <= budget,  atLeast_l <= k_l <= units_l
 *
 * The optimum, as long as no step of the programme has more than 2^17 combinations. Beyond that the loss is at most the optimum of a
 * budget smaller by (number of sublayers) buckets, each at most budget / 5000 wide; see `leastLossChoices`. Either way the plan
 * fits: it costs no more than the budget and 1e-9 of it, for rounding. Of plans with equal loss the cheaper wins, so that
 * units without any effect go even where the budget has room for them.
 *
 * Cost: O(sublayers * 5000 * units) time; about a second for the 24 sublayers of BERT-base.
 *
 * @param curves - one a sublayer, in model order; need be neither convex nor monotone
 * @param cost - any
 * @param budget - `{ share }` of the whole model's cost, or `{ atMost }` in the cost model's unit
 * @throws {InvalidInputError} when the budget is no share in (0, 1] and no amount, a curve or a cost is none
 * @throws {InfeasibleBudgetError} when even the cheapest counts cost more; it names the smallest feasible share
 * @throws {ShapeError} when the curves do not fit the cost model or are no curves, or a sublayer must keep more than it has
 * @example
 * dynamicProgram(curves, { unit: "ms", fixed: 1.5, cost: (sublayer, kept) => measured[sublayer][kept] }, { atMost: 20 })
 */
export function dynamicProgram(
	curves: readonly RemovalCurve[],
	cost: CostModel,
	budget: Budget,
	{ atLeast = curves.map(() => 0) }: SearchOptions = {},
): Plan {
	requireSearchable({ curves, cost, atLeast })
	const full = fullCost(cost, curves)
	const options = curves.map((curve, sublayer) => {
		return paretoOptions(curve, costTable(cost, sublayer, curve.order.length), atLeast[sublayer]!)
	})
	const least = options.reduce((sum, { cheapest }) => sum + cheapest, cost.fixed)
	const room = forgivingAmount(budget, full) - least
	if (room < 0) throw infeasibleBudget(budget, full, least)
	// True costs in buckets where one would round costs up to the bucket's edge: the same guarantee, and exact while problems are small.
	const choices = leastLossChoices(options, room)
	const removed = options.map(({ kept }, index) => curves[index]!.order.length - kept[choices[index]!]!)
	return planRemoving({ curves, cost, full }, removed)
}
