import type { TransformerEncoder } from "@winnow/encoder"
import { architectureMacs } from "@winnow/flops-model"
import type { Score } from "@winnow/glue-eval"
import type { SiteReport } from "@winnow/mask-tune"
import type { Plan } from "@winnow/tensor"
import type { ForwardTimes } from "../measure/forward-times.ts"
import { thisMachine } from "../measure/machine.ts"
import type { StageCost } from "../measure/stage-log.ts"
import type { PruneJob } from "../prepare/prune-job.ts"
import { choicesOf } from "../request/recipe.ts"
import { winnowVersion } from "../version.ts"
import { finiteScore } from "./finite-score.ts"
import type { PruneResult } from "./prune-result.ts"

/** What the stages of a run came to. */
export interface Outcome {
	readonly plan: Plan
	readonly slim: TransformerEncoder
	readonly reports: readonly SiteReport[]
	readonly scores: { readonly dense: Score; readonly pruned: Score }
	readonly forward: ForwardTimes
	readonly stages: readonly StageCost[]
}

/** The record of a run, but for the files that are about to be written. */
export function resultOf(
	job: PruneJob,
	{ plan, slim, reports, scores, ...measured }: Outcome,
): Omit<PruneResult, "files"> {
	const { recipe, subject, calibration } = job
	const { encoder, folder, task } = subject
	const dense = finiteScore(scores.dense)
	const pruned = finiteScore(scores.pruned)
	return {
		schema: "winnow-result/1",
		winnow: winnowVersion,
		model: { ...job.model, bytes: folder.bytes, ...widthsOf(encoder) },
		task: task.name,
		recipe: choicesOf(recipe),
		samples: { indices: [...calibration.rows], sha256: calibration.sha256 },
		score: { dense: dense.score, pruned: pruned.score },
		metrics: { dense: dense.metrics, pruned: pruned.metrics },
		macs: macsOf(encoder, slim, task.meanDevLength),
		parameters: { dense: encoder.parameters, pruned: slim.parameters },
		architecture: widthsOf(slim),
		kept: plan.kept.map((units) => [...units]),
		scales: reports.map((report) => scalesOf(report)),
		repairs: reports.map((report) => withoutScales(report)),
		...measured,
		stages: [...measured.stages],
		runtime: subject.runtime.name,
		machine: thisMachine(),
	}
}

function widthsOf({ architecture: { heads, neurons } }: TransformerEncoder) {
	return { heads: [...heads], neurons: [...neurons] }
}

/** Counted on both models rather than taken from the plan: the budget may be in another unit. */
function macsOf(encoder: TransformerEncoder, slim: TransformerEncoder, length: number) {
	const [dense, pruned] = [encoder, slim].map(
		({ sublayers, hidden }) => architectureMacs(sublayers, { hidden, length }).total,
	) as [number, number]
	return { length, dense, pruned, share: pruned / dense }
}

function scalesOf(report: SiteReport): number[] {
	return report.outcome === "tuned" ? [...report.scales] : Array<number>(report.units).fill(1)
}

function withoutScales(report: SiteReport): Omit<SiteReport, "scales"> {
	return Object.fromEntries(Object.entries(report).filter(([name]) => name !== "scales")) as Omit<SiteReport, "scales">
}
