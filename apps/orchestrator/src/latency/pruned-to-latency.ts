import { type LatencySetting, type TimedTogether, timeTogether } from "@winnow/latency-profiler"
import { type CostModel, InfeasibleBudgetError, type Plan, type Run, type Timed } from "@winnow/tensor"
import { type Pruned, type Pruning, prunedTo } from "../pruning.ts"
import { type LatencyBudget, millisecondsOf } from "../request/latency-budget.ts"
import { fittedShare, type LatencyTrial } from "./fitted-share.ts"
import { latencyCosts, type Serving } from "./serving.ts"

/** Milliseconds of a dense and a pruned model, and how they came about. */
export interface LatencyOutcome {
	readonly budget: LatencyBudget
	readonly serving: Serving
	/** By the table. */
	readonly predicted: { readonly dense: number; readonly pruned: number }
	/** Side by side in one run; undefined where the table is from another machine. */
	readonly measured: { readonly dense: TimedTogether; readonly pruned: TimedTogether } | undefined
	readonly trials: readonly LatencyTrial[]
}

export interface PrunedToLatency extends Pruned {
	readonly latency: LatencyOutcome
}

/**
 * Prunes a model until it measures up to a latency: search by the table, measure, correct (`fittedShare`), repair, measure again.
 *
 * With a table from another machine nothing can be measured here, and the search is taken at its word. The paper's own search is not
 * corrected either.
 *
 * @throws {InfeasibleBudgetError} naming the smallest latency that can be met
 */
export async function prunedToLatency(
	budget: LatencyBudget,
	serving: Serving,
	others: Omit<Pruning, "costOf">,
): Promise<PrunedToLatency> {
	const pruning = { ...others, costOf: latencyCosts(serving) }
	const { subject, recipe } = others.job
	const dense = subject.encoder
	const cost = pruning.costOf(dense)
	const full = dense.sublayers.reduce((sum, { units }, index) => sum + cost.cost(index, units), cost.fixed)
	const milliseconds = millisecondsOf(budget)
	const goal = Math.min(1, milliseconds === undefined ? Number(budget) : milliseconds / full)
	try {
		refuseWithoutUnits(cost, goal, { full, sublayers: dense.sublayers })
		const watch = dense.stopwatch(serving.setting)
		const { curves } = others.evidence
		const search = (share: number) => others.job.method.search(curves, { cost, share, sublayers: dense.sublayers })
		const measure = (plan: Plan) =>
			others.stages.time("latency", async ({ signal }) => {
				const widths = [widthsOf(dense), plan.kept.map((units) => units.length)]
				const [, pruned] = await timed(
					widths.map((each) => () => watch.prepare(each)),
					{ signal },
				)
				return milliseconds === undefined ? pruned!.ratio : pruned!.ms / full
			})
		const isCorrected = serving.isHere && !recipe.strictReference
		const { share, trials } = isCorrected ? await fittedShare(goal, { search, measure }) : { share: goal, trials: [] }
		const pruned = await prunedTo(share, pruning)
		const measured = serving.isHere ? await sideBySide(pruned, serving.setting, others) : undefined
		const predicted = { dense: full, pruned: pruned.plan.share * full }
		return { ...pruned, latency: { budget, serving, predicted, measured, trials } }
	} catch (error) {
		if (!(error instanceof InfeasibleBudgetError) || milliseconds === undefined) throw error
		throw new InfeasibleBudgetError("latency", milliseconds / full, error.smallest, { full, unit: "ms" })
	}
}

const widthsOf = ({ sublayers }: Pick<Pruned["slim"], "sublayers">) => sublayers.map(({ units }) => units)

/** Models that are made ready, timed side by side and released. */
async function timed(making: readonly (() => Promise<Timed>)[], { signal }: Run): Promise<readonly TimedTogether[]> {
	const models: Timed[] = []
	try {
		for (const make of making) models.push(await make())
		return await timeTogether(models, { signal, rounds: [7, 40], precision: 0.005 })
	} finally {
		for (const model of models) await model.release()
	}
}

/** The dense model and the one that was made of it, turn by turn. */
async function sideBySide({ slim }: Pruned, setting: LatencySetting, { job, stages }: Omit<Pruning, "costOf">) {
	const { encoder } = job.subject
	return stages.time("latency", async ({ signal }) => {
		const models = [encoder, slim].map((each) => () => each.stopwatch(setting).prepare(widthsOf(each)))
		const [dense, pruned] = await timed(models, { signal })
		return { dense: dense!, pruned: pruned! }
	})
}

/** A model without any unit is no model. */
function refuseWithoutUnits(
	cost: CostModel,
	goal: number,
	{ full, sublayers }: { readonly full: number; readonly sublayers: Pruned["slim"]["sublayers"] },
): void {
	const single = sublayers.flatMap(({ units }, index) =>
		Array.from({ length: units }, (_, kept) => cost.cost(index, kept + 1)),
	)
	const least = (cost.fixed + Math.min(...single)) / full
	if (goal < least) throw new InfeasibleBudgetError("mask search", goal, least)
}
