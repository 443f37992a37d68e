import { InfeasibleBudgetError, type Plan } from "@winnow/tensor"

/** A plan that was searched and measured. */
export interface LatencyTrial {
	/** Share of its own full cost that the table was asked for. */
	readonly asked: number
	/** What the plan costs by the table, as a share. */
	readonly predicted: number
	/** What a model of the plan's widths really took, as a share. */
	readonly measured: number
}

/** The share of the best plan, and all that were tried: the slowest one within the budget, or the fastest of all. */
export interface FittedShare {
	readonly share: number
	readonly trials: readonly LatencyTrial[]
}

/** The budget is aimed at from below: measurements scatter. */
const aim = 0.96

/** A model that takes less than this part of its budget leaves too much of it. */
const enough = 0.92

/** A model that takes more than this part may exceed its budget when it is measured again. */
const safe = 0.985

/** How often a search is corrected by what was measured. */
const corrections = 3

/**
 * The share to ask of a latency table so that the model *measures* up to a budget.
 *
 * The plan for 96 % of the budget is measured; where it misses, the table is off by the ratio of measured and predicted, and the search is
 * repeated with the budget corrected by it, three times at most.
 *
 * @param goal - the budget, as a share of what `measured` is a share of
 * @throws {InfeasibleBudgetError} when no model of the table is within the budget
 */
export async function fittedShare(
	goal: number,
	{ search, measure }: { search: (share: number) => Plan; measure: (plan: Plan) => Promise<number> },
): Promise<FittedShare> {
	const trials: LatencyTrial[] = []
	let next = plannedNear(Math.min(1, aim * goal), goal, search)
	for (let attempt = 0; attempt <= corrections; attempt++) {
		const { asked, plan } = next
		const measured = await measure(plan)
		trials.push({ asked, predicted: plan.share, measured })
		if (measured >= enough * goal && measured <= safe * goal) break
		next = plannedNear(Math.min(1, (asked * aim * goal) / measured), asked, search)
		// The same plan again would measure the same.
		if (trials.some(({ predicted }) => predicted === next.plan.share)) break
	}
	const within = trials.filter(({ measured }) => measured <= goal)
	const best = within.length > 0 ? within.reduce(slower) : trials.reduce(faster)
	return { share: best.asked, trials }
}

const slower = (a: LatencyTrial, b: LatencyTrial) => (b.measured >= a.measured ? b : a)
const faster = (a: LatencyTrial, b: LatencyTrial) => (b.measured < a.measured ? b : a)

/** The plan for a share, or for the smallest that can be met where it is below that; `feasible` is none of these, or what was asked for. */
function plannedNear(wanted: number, feasible: number, search: (share: number) => Plan): { asked: number; plan: Plan } {
	try {
		return { asked: wanted, plan: search(wanted) }
	} catch (error) {
		if (!(error instanceof InfeasibleBudgetError) || wanted >= feasible) throw error
		const asked = Math.min(feasible, error.smallest * (1 + 1e-9))
		return { asked, plan: search(asked) }
	}
}
