import type { TransformerEncoder } from "@winnow/encoder"
import { predictedLatency, type TimedTogether, timeTogether } from "@winnow/latency-profiler"
import { leastKept } from "@winnow/mask-search"
import { InfeasibleBudgetError, type Logits, type Plan, type Run, type Timed } from "@winnow/tensor"
import { divergenceOf } from "../measure/guide.ts"
import { macCosts } from "../prepare/prune-job.ts"
import { type Pruned, type Pruning, prunedTo, repaired } from "../pruning.ts"
import { type LatencyBudget, millisecondsOf } from "../request/latency-budget.ts"
import { type FittedShare, fittedShare, type LatencyTrial } from "./fitted-share.ts"
import { refuseUnreachable } from "./refuse-unreachable.ts"
import { fittedRival, rivalSearch } from "./rival-plan.ts"
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
	/** Where another plan was about as good. */
	readonly rival: RivalRecord | undefined
}

/** How far two models of equal latency are from the dense one, and which was taken. */
export interface RivalRecord {
	readonly isChosen: boolean
	readonly guide: { readonly searched: number; readonly rival: number }
}

export interface PrunedToLatency extends Pruned {
	readonly latency: LatencyOutcome
}

/**
 * Prunes a model until it measures up to a latency: search by the table, measure, correct (`fittedShare`), repair, measure again. The best
 * plan under multiply-accumulates that measures up to it is repaired, too, if it is expected to lose about as little, and whichever model
 * is closer to the dense one on the text of the guide, which nothing was fitted to, is the result (`rivalSearch`). Without such a text
 * the two cannot be told apart, and there is no rival.
 *
 * With a table from another machine nothing can be measured here, and the search is taken at its word. The paper's own search is not
 * corrected either.
 *
 * @param guide - logits of the dense model on the text of the guide; undefined without one
 * @throws {InfeasibleBudgetError} naming the smallest latency that can be met
 */
export async function prunedToLatency(
	budget: LatencyBudget,
	serving: Serving,
	{ guide, ...others }: Omit<Pruning, "costOf"> & { readonly guide: Logits | undefined },
): Promise<PrunedToLatency> {
	const { job, stages, evidence } = others
	const dense = job.subject.encoder
	const { sublayers } = dense
	const pruning = { ...others, costOf: latencyCosts(serving) }
	const cost = pruning.costOf(dense)
	const full = predictedLatency(cost, widthsOf(dense))
	const milliseconds = millisecondsOf(budget)
	const goal = milliseconds === undefined ? Number(budget) : milliseconds / full
	const search = (share: number) => job.method.search(evidence.curves, { cost, share, sublayers })
	/** As a share of what `goal` is a share of. */
	const measure = async (plan: Plan) => {
		const { pruned } = await stages.time("latency", (run) => measuredWidths(dense, plan, { ...serving, ...run }))
		return milliseconds === undefined ? pruned.ratio : pruned.ms / full
	}
	try {
		refuseUnreachable(budget, { cost, sublayers })
		const isCorrected = serving.isHere && !job.recipe.strictReference
		const fitted = async (find: (share: number) => Plan): Promise<FittedShare> =>
			isCorrected ? fittedShare(goal, { search: find, measure }) : { share: Math.min(1, goal), trials: [] }
		const { share, trials } = await fitted(search)
		const searched = await prunedTo(share, pruning)
		const { pruned, rival } = await closest(searched, { fitted, goal, guide, pruning })
		const measured = serving.isHere
			? await stages.time("latency", (run) => measuredModels(dense, pruned.slim, { ...serving, ...run }))
			: undefined
		const predicted = { dense: full, pruned: pruned.plan.share * full }
		return { ...pruned, latency: { budget, serving, predicted, measured, trials, rival } }
	} catch (error) {
		if (!(error instanceof InfeasibleBudgetError) || milliseconds === undefined) throw error
		throw new InfeasibleBudgetError("latency", milliseconds / full, error.smallest, { full, unit: "ms" })
	}
}

const widthsOf = ({ sublayers }: Pick<Pruned["slim"], "sublayers">) => sublayers.map(({ units }) => units)

/**
 * The model that was searched for, or its rival where that is closer to the dense one. The other is closed.
 *
 * Where models are measured, the rival is fitted to the budget by its own measurements: a table is off by other amounts for other plans.
 */
async function closest(
	searched: Pruned,
	{
		fitted,
		goal,
		guide: before,
		pruning,
	}: {
		readonly fitted: (find: (share: number) => Plan) => Promise<FittedShare>
		readonly goal: number
		readonly guide: Logits | undefined
		readonly pruning: Pruning
	},
): Promise<{ readonly pruned: Pruned; readonly rival: RivalRecord | undefined }> {
	const { job, stages, evidence } = pruning
	const { recipe, subject, guide: text, length } = job
	const dense = subject.encoder
	const alone = { pruned: searched, rival: undefined }
	if (recipe.latencySearch !== "exact" || recipe.rounds > 1) return alone
	if (text === undefined || before === undefined) return alone
	const find = rivalSearch({
		curves: evidence.curves,
		latency: pruning.costOf(dense),
		macs: macCosts(length)(dense),
		atLeast: leastKept(dense.sublayers, recipe),
	})
	const plan = await fittedRival(searched.plan, { find, fitted, goal })
	if (plan === undefined) return alone
	const rival = await repaired(plan, plan.share, pruning)
	const [ours, theirs] = await stages.time("rival", async (run) => {
		const logits: Logits[] = []
		for (const { slim } of [searched, rival]) logits.push(await slim.logits(text.samples, run))
		return logits
	})
	const distance = divergenceOf(job)
	const guide = { searched: distance(before, ours!).rms, rival: distance(before, theirs!).rms }
	const isChosen = guide.rival < guide.searched
	await (isChosen ? searched : rival).slim.close()
	return { pruned: isChosen ? rival : searched, rival: { isChosen, guide } }
}

type Measuring = Pick<Serving, "setting" | "runtime"> & Run

/** The dense model and one of a plan's widths, not repaired: a clock sees no difference. */
async function measuredWidths(dense: TransformerEncoder, { kept }: Plan, { setting, runtime, signal }: Measuring) {
	const watch = dense.stopwatch({ ...setting, runtime })
	const models = [widthsOf(dense), kept.map(({ length }) => length)].map((widths) => () => watch.prepare(widths))
	return timed(models, { signal })
}

/** The dense model and the one that was made of it. */
async function measuredModels(
	dense: TransformerEncoder,
	slim: TransformerEncoder,
	{ setting, runtime, signal }: Measuring,
) {
	const making = [dense, slim].map((each) => () => each.stopwatch({ ...setting, runtime }).prepare(widthsOf(each)))
	return timed(making, { signal })
}

/** A dense and a pruned model, made ready, timed turn by turn and released. */
async function timed(
	making: readonly (() => Promise<Timed>)[],
	{ signal }: Run,
): Promise<{ readonly dense: TimedTogether; readonly pruned: TimedTogether }> {
	const models: Timed[] = []
	try {
		for (const make of making) models.push(await make())
		const [dense, pruned] = await timeTogether(models, { signal, rounds: [7, 40], precision: 0.005 })
		return { dense: dense!, pruned: pruned! }
	} finally {
		for (const model of models) await model.release()
	}
}
