import { predictedLatency } from "@winnow/latency-profiler"
import { type CostModel, InfeasibleBudgetError, type Sublayer } from "@winnow/tensor"
import { type LatencyBudget, millisecondsOf } from "../request/latency-budget.ts"

/**
 * Refuses a latency that no model with any unit has, by a table: a model without any unit is no model.
 *
 * @throws {InfeasibleBudgetError} naming the smallest latency that can be met
 */
export function refuseUnreachable(
	budget: LatencyBudget,
	{ cost, sublayers }: { readonly cost: CostModel; readonly sublayers: readonly Sublayer[] },
): void {
	const widths = sublayers.map(({ units }) => units)
	const full = predictedLatency(cost, widths)
	const milliseconds = millisecondsOf(budget)
	const goal = milliseconds === undefined ? Number(budget) : milliseconds / full
	const single = widths.flatMap((units, index) =>
		Array.from({ length: units }, (_, kept) => cost.cost(index, kept + 1)),
	)
	const least = (cost.fixed + Math.min(...single)) / full
	if (goal >= least) return
	throw new InfeasibleBudgetError("latency", goal, least, milliseconds === undefined ? undefined : { full, unit: "ms" })
}
