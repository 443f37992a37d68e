import { predictedLatency } from "@winnow/latency-profiler"
import { planFor, type SearchOptions, searchTable } from "@winnow/mask-search"
import { type CostModel, InfeasibleBudgetError, type Plan, type RemovalCurve } from "@winnow/tensor"
import type { FittedShare } from "./fitted-share.ts"

/** A plan that is expected to lose more than this many times as much as another is no rival to it. */
const farBehind = 1.2

/** How finely shares of multiply-accumulates are tried. */
const step = 5e-4

/**
 * A search under multiply-accumulates that is asked for latencies: the best of its plans that the table says are within a share.
 *
 * Its plans are expected to lose more than those of a search under latency. But expected losses are estimates, and where shapes hardly
 * differ in speed both are about the same: which model is closer to the dense one, only measuring tells.
 *
 * @returns a function from a share of the dense latency to a plan, whose cost and share are those of the table; it throws
 *   {InfeasibleBudgetError} below the smallest share that has a plan
 */
export function rivalSearch({
	curves,
	latency,
	macs,
	...options
}: SearchOptions & {
	readonly curves: readonly RemovalCurve[]
	readonly latency: CostModel
	readonly macs: CostModel
}): (share: number) => Plan {
	const table = searchTable(curves, macs, options)
	const costOf = (widths: readonly number[]) => predictedLatency(latency, widths)
	const full = costOf(curves.map(({ order }) => order.length))
	const planOf = (share: number): Plan => {
		const plan = planFor(table, { share })
		const cost = costOf(plan.kept.map(({ length }) => length))
		return { ...plan, cost, share: cost / full }
	}
	const least = leastFeasible(planOf)
	const [smallest, whole] = [planOf(least), planOf(1)]
	return (share) => {
		if (smallest.share > share) throw new InfeasibleBudgetError("rival search", share, smallest.share)
		if (whole.share <= share) return whole
		let [best, fits, exceeds] = [smallest, least, 1]
		while (exceeds - fits > step) {
			const middle = (fits + exceeds) / 2
			const plan = planOf(middle)
			if (plan.share > share) exceeds = middle
			else [best, fits] = [plan, middle]
		}
		return best
	}
}

/**
 * The rival of a plan that was searched for under latency: the best under multiply-accumulates that meets the budget, too.
 *
 * It is fitted by measurements of its own, for a table is off by other amounts for other plans.
 *
 * @param find - `rivalSearch`
 * @param fitted - the share to ask of a search so that its plan measures up to the budget; without trials where nothing can be measured
 * @param goal - the budget, as a share of the dense latency
 * @returns undefined where there is none, it is the same plan, or it is expected to lose far more
 */
export async function fittedRival(
	searched: Plan,
	{
		find,
		fitted,
		goal,
	}: {
		readonly find: (share: number) => Plan
		readonly fitted: (find: (share: number) => Plan) => Promise<FittedShare>
		readonly goal: number
	},
): Promise<Plan | undefined> {
	const isRival = (plan: Plan) => plan.loss <= farBehind * searched.loss && String(plan.kept) !== String(searched.kept)
	try {
		const equal = find(searched.share)
		if (!isRival(equal)) return undefined
		const { share, trials } = await fitted(find)
		if (trials.length === 0) return equal
		const isWithin = trials.some(({ asked, measured }) => asked === share && measured <= goal)
		const plan = find(share)
		return isWithin && isRival(plan) ? plan : undefined
	} catch (error) {
		if (error instanceof InfeasibleBudgetError) return undefined
		throw error
	}
}

/** The smallest share that has a plan. */
function leastFeasible(planOf: (share: number) => Plan): number {
	const nothing = 1e-12
	try {
		planOf(nothing)
		return nothing
	} catch (error) {
		if (error instanceof InfeasibleBudgetError) return error.smallest * (1 + 1e-9)
		throw error
	}
}
