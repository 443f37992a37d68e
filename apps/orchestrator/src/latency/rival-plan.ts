import { predictedLatency } from "@winnow/latency-profiler"
import { planFor, type SearchOptions, searchTable } from "@winnow/mask-search"
import { type CostModel, InfeasibleBudgetError, type Plan, type RemovalCurve } from "@winnow/tensor"

/** A plan that is expected to lose more than this many times as much as another is no rival to it. */
const farBehind = 1.2

/** How finely shares of multiply-accumulates are tried. */
const step = 5e-4

/**
 * The best plan under multiply-accumulates that is, by the latency table, as fast as one that was searched under latency.
 *
 * It is expected to lose more. But expected losses are estimates, and where shapes hardly differ in speed both are about the same: which
 * model is closer to the dense one, only measuring tells.
 *
 * @returns undefined where there is none, it is the same plan, or it is expected to lose far more
 */
export function rivalPlan(
	searched: Plan,
	{
		curves,
		latency,
		macs,
		...options
	}: SearchOptions & {
		readonly curves: readonly RemovalCurve[]
		readonly latency: CostModel
		readonly macs: CostModel
	},
): Plan | undefined {
	const table = searchTable(curves, macs, options)
	const full = searched.cost / searched.share
	let rival: Plan | undefined
	let [fits, exceeds] = [0, 1]
	while (exceeds - fits > step) {
		const share = (fits + exceeds) / 2
		const plan = feasible(() => planFor(table, { share }))
		const cost =
			plan &&
			predictedLatency(
				latency,
				plan.kept.map(({ length }) => length),
			)
		if (cost !== undefined && cost > searched.cost) {
			exceeds = share
			continue
		}
		fits = share
		if (plan && cost !== undefined) rival = { ...plan, cost, share: cost / full }
	}
	if (rival === undefined || rival.loss > farBehind * searched.loss) return undefined
	return String(rival.kept) === String(searched.kept) ? undefined : rival
}

/** A plan, or undefined where the budget is below what must stay. */
function feasible(plan: () => Plan): Plan | undefined {
	try {
		return plan()
	} catch (error) {
		if (error instanceof InfeasibleBudgetError) return undefined
		throw error
	}
}
