import { forwardTimes } from "./measure/forward-times.ts"
import { StageLog } from "./measure/stage-log.ts"
import type { NotedRun } from "./noted-run.ts"
import { type PruneJob, pruneJob } from "./prepare/prune-job.ts"
import type { Evidence } from "./presets/preset.ts"
import type { Recipe } from "./request/recipe.ts"
import { resolveRecipe } from "./request/resolve-recipe.ts"
import type { PruneResult } from "./result/prune-result.ts"
import { resultOf } from "./result/result-of.ts"
import { writeResult } from "./result/write-result.ts"

/**
 * Prunes a model: measures which units matter on a calibration sample, searches those to keep under the budget, repairs what remains,
 * and writes the slim model with the record of what was done.
 *
 * Whatever can be checked without running the model is checked first. The output folder appears when it is complete, or not at all.
 *
 * @returns what winnow.json holds
 * @throws {InvalidInputError | UnsupportedError | InfeasibleBudgetError} with one line that says what to change; `signal.reason`
 * within one batch of an abort
 * @example
 * const { score, macs } = await prune({ model: "minilm-sst2", task: "sst2", data: "SST-2", macs: 0.5, out: "out/sst2" })
 */
export async function prune(recipe: Recipe, run: NotedRun = {}): Promise<PruneResult> {
	run.signal?.throwIfAborted()
	const job = await pruneJob(resolveRecipe(recipe), run)
	try {
		return await pruned(job, run)
	} finally {
		await job.subject.close()
	}
}

async function pruned(job: PruneJob, run: NotedRun): Promise<PruneResult> {
	const { subject, preset, budget, dev } = job
	const { encoder, score } = subject
	const gemm = subject.runtime.gemm64
	const { rearrange } = preset
	const { samples } = job.calibration
	const stages = new StageLog(run)

	const dense = await stages.time("dense score", (run) => score(encoder, dev, run))
	const evidence =
		earlierEvidence(job, run) ?? (await stages.time("statistics", (run) => preset.evidence(encoder, samples, run)))
	const { curves, gradients } = evidence
	const searched = await stages.time("mask search", () => preset.search(curves, budget))
	const plan = rearrange
		? await stages.time("mask rearrangement", (run) => rearrange(searched, gradients!, { gemm, ...run }))
		: searched
	const { encoder: slim, reports } = await stages.time("mask tuning", (run) =>
		preset.repair(encoder, plan, { samples, curves, budget, gemm, ...run }),
	)
	const pruned = await stages.time("pruned score", (run) => score(slim, dev, run))
	const forward = await stages.time("forward time", (run) => forwardTimes({ dense: encoder, pruned: slim }, dev, run))

	const result = resultOf(job, { plan, reports, slim, scores: { dense, pruned }, forward, stages: stages.costs })
	return writeResult(result, { job, slim, evidence, signal: run.signal })
}

/** What an earlier run left, if this one needs no more. */
function earlierEvidence({ evidence, preset }: PruneJob, { onNote }: NotedRun): Evidence | undefined {
	if (evidence === undefined || preset.rearrange === undefined || evidence.gradients !== undefined) return evidence
	onNote?.("the earlier run did not keep its gradients, which rearrangement needs: they are computed again")
	return undefined
}
