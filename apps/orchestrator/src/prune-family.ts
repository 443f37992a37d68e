import { join } from "node:path"
import { clearLeftovers } from "@winnow/checkpoint"
import type { Score } from "@winnow/glue-eval"
import { InfeasibleBudgetError, type Logits } from "@winnow/tensor"
import { type PrunedToLatency, prunedToLatency } from "./latency/pruned-to-latency.ts"
import { type Serving, servingOf } from "./latency/serving.ts"
import { type ForwardTimes, forwardTimes } from "./measure/forward-times.ts"
import { settledWeights } from "./measure/settled-weights.ts"
import { StageLog } from "./measure/stage-log.ts"
import type { NotedRun } from "./noted-run.ts"
import { macCosts, type PruneJob, pruneJob, type Target } from "./prepare/prune-job.ts"
import type { Evidence } from "./presets/method.ts"
import { evidenceOf, type Pruned, type Pruning, prunedTo } from "./pruning.ts"
import type { Recipe, TargetBudget } from "./request/recipe.ts"
import { refuseWrongCall } from "./request/refuse-wrong-call.ts"
import { resolveRecipe } from "./request/resolve-recipe.ts"
import type { PruneResult } from "./result/prune-result.ts"
import { type Outcome, resultOf } from "./result/result-of.ts"
import { writeResult } from "./result/write-result.ts"
import { type Smallest, smallestShare } from "./smallest-share.ts"

/**
 * Prunes a model to every budget of `macs`, a folder each, from one set of statistics: `prune` for several budgets.
 *
 * `latency` likewise, from one table of latencies.
 *
 * @returns one result a budget, in their order
 * @throws what `prune` throws; folders that are complete by then stay
 * @example
 * const results = await pruneFamily({ model: "minilm", task: "sst2", data: "SST-2", macs: [0.7, 0.5], out: "out/sst2" })
 */
export async function pruneFamily(recipe: Recipe, run: NotedRun = {}): Promise<readonly PruneResult[]> {
	refuseWrongCall("prune", recipe, run)
	run.signal?.throwIfAborted()
	const resolved = resolveRecipe(recipe)
	// Beside the folder, and in it, where those of several budgets go.
	for (const output of [resolved.out, join(resolved.out, "budget")]) await clearLeftovers(output, run)
	const job = await pruneJob(resolved, run)
	try {
		const stages = new StageLog(run)
		const dense = await measuredDense(job, stages)
		const evidence = earlierEvidence(job, run) ?? (await evidenceOf(job.subject.encoder, { job, stages }))
		const pruning = { job, stages, evidence, costOf: macCosts(job.length) }
		const smallest = job.targets.length === 0 ? await smallestWithin(dense, pruning) : undefined
		const targets = smallest ? [{ budget: { macs: smallest.share }, out: job.recipe.out }] : job.targets
		const serving = job.recipe.latency === undefined ? undefined : await servingOf(job, { stages, ...run })
		const results: PruneResult[] = []
		for (const target of targets) {
			const own = { ...pruning, stages: stages.branch() }
			results.push(await made(target, own, { dense, smallest, serving, run }))
		}
		return results
	} finally {
		await job.close()
	}
}

/** What the dense model does on the data that pruned ones are compared on. */
interface Dense {
	/** Absent without a task. */
	readonly score: Score | undefined
	/** On held-out training rows, where `maxDrop` asks for it. */
	readonly heldOut: Score | undefined
	/** Undefined where nothing is left to compare models on. */
	readonly guide: Logits | undefined
}

async function measuredDense({ subject, dev, heldOut, guide }: PruneJob, stages: StageLog): Promise<Dense> {
	const { encoder } = subject
	return {
		score: dev && (await stages.time("dense score", (run) => dev.score(encoder, run))),
		heldOut: heldOut && (await stages.time("dense held-out score", (run) => heldOut.score(encoder, run))),
		guide: guide && (await stages.time("dense logits", (run) => encoder.logits(guide.samples, run))),
	}
}

/** What an earlier run left, if this one needs no more. */
function earlierEvidence({ evidence, method }: PruneJob, { onNote }: NotedRun): Evidence | undefined {
	if (evidence === undefined || method.rearrange === undefined || evidence.gradients !== undefined) return evidence
	onNote?.("the earlier run did not keep its gradients, which rearrangement needs: they are computed again")
	return undefined
}

async function smallestWithin({ heldOut: before, guide }: Dense, pruning: Pruning): Promise<Smallest> {
	const { recipe } = pruning.job
	return smallestShare(before!.main - recipe.maxDrop! / 100, (share) => heldOutScore(share, { ...pruning, guide }))
}

/** Main metric on held-out training rows of the model of a share; null where there is none, or it is undefined. */
async function heldOutScore(share: number, pruning: Pruning & Pick<Dense, "guide">): Promise<number | null> {
	const { heldOut } = pruning.job
	try {
		const { slim } = await settledWeights((await prunedTo(share, pruning)).slim, pruning)
		const { main } = await pruning.stages.time("held-out score", (run) => heldOut!.score(slim, run))
		await slim.close()
		return Number.isFinite(main) ? main : null
	} catch (error) {
		if (error instanceof InfeasibleBudgetError) return null
		throw error
	}
}

/** One pruned model: made, compared, written. */
async function made(
	{ budget, out }: Target,
	pruning: Pruning,
	o: {
		dense: Dense
		smallest: Smallest | undefined
		serving: Serving | undefined
		run: NotedRun
	},
): Promise<PruneResult> {
	const { job, stages, evidence } = pruning
	const pruned = await prunedWithin(budget, { ...pruning, guide: o.dense.guide }, o.serving)
	const { slim, weights, divergence } = await settledWeights(pruned.slim, {
		...pruning,
		guide: o.dense.guide,
		...o.run,
	})
	try {
		const scores = await scoresOf(slim, { ...pruning, dense: o.dense.score })
		const forward = job.recipe.timing ? await forwardOf(slim, pruning) : undefined
		const result = resultOf(job, {
			...pruned,
			slim,
			weights,
			budget,
			scores,
			divergence,
			smallest: o.smallest,
			heldOut: o.dense.heldOut,
			forward,
			stages: stages.costs,
		})
		const table = o.serving?.source === "measured" ? o.serving.table : undefined
		const { dev } = job
		const scoring = dev && scores && { own: scores.pruned, size: dev.size, score: dev.score }
		return await writeResult(result, { job, out, slim, evidence, scoring, table, ...o.run })
	} finally {
		await slim.close()
	}
}

async function prunedWithin(
	budget: TargetBudget,
	pruning: Pruning & Pick<Dense, "guide">,
	serving: Serving | undefined,
): Promise<Pruned & Partial<PrunedToLatency>> {
	return "macs" in budget ? prunedTo(budget.macs, pruning) : prunedToLatency(budget.latency, serving!, pruning)
}

/** Both models side by side; a clock does not mind what they were fitted to. */
function forwardOf(slim: Pruned["slim"], { job, stages }: Pruning): Promise<ForwardTimes> {
	const { subject, dev, guide, calibration } = job
	const models = { dense: subject.encoder, pruned: slim }
	const { samples } = dev ?? guide ?? calibration
	return stages.time("forward time", (run) => forwardTimes(models, samples, run))
}

async function scoresOf(
	slim: Pruned["slim"],
	{ job: { dev }, stages, dense }: Pruning & { readonly dense: Score | undefined },
): Promise<Outcome["scores"]> {
	if (dev === undefined || dense === undefined) return undefined
	const pruned = await stages.time("pruned score", (run) => dev.score(slim, run))
	return { dense, pruned, change: dev.change(dense, pruned) }
}
