import type { TransformerEncoder } from "@winnow/encoder"
import { architectureMacs } from "@winnow/flops-model"
import type { ChangeInterval, Score } from "@winnow/glue-eval"
import type { SiteReport } from "@winnow/mask-tune"
import type { ForwardTimes } from "../measure/forward-times.ts"
import { type Divergence, predictedRms } from "../measure/guide.ts"
import { thisMachine } from "../measure/machine.ts"
import type { StageCost } from "../measure/stage-log.ts"
import type { PruneJob } from "../prepare/prune-job.ts"
import type { Pruned } from "../pruning.ts"
import { choicesOf } from "../request/recipe.ts"
import type { Smallest } from "../smallest-share.ts"
import { winnowVersion } from "../version.ts"
import { finiteScore } from "./finite-score.ts"
import type { PruneResult } from "./prune-result.ts"

/** What the stages of a run came to. */
export interface Outcome extends Pruned {
	/** The budget. */
	readonly share: number
	/** On the dev split; undefined without a task. */
	readonly scores: { readonly dense: Score; readonly pruned: Score; readonly change: ChangeInterval } | undefined
	readonly divergence: Divergence
	/** With `maxDrop`: what was tried, and the dense model's score on the same rows. */
	readonly smallest: Smallest | undefined
	readonly heldOut: Score | undefined
	/** Absent where the recipe asks for no timing. */
	readonly forward: ForwardTimes | undefined
	readonly stages: readonly StageCost[]
}

/** The record of a run, but for the files that are about to be written. */
export function resultOf(job: PruneJob, outcome: Outcome): Omit<PruneResult, "files"> {
	const { recipe, subject, calibration, length } = job
	const { plan, slim, reports, scores, share, forward, stages } = outcome
	const { encoder, folder } = subject
	const [dense, pruned] = scores ? [finiteScore(scores.dense), finiteScore(scores.pruned)] : [noScore, noScore]
	return {
		schema: "winnow-result/1",
		winnow: winnowVersion,
		model: { ...job.model, bytes: folder.bytes, ...widthsOf(encoder) },
		task: recipe.task ?? null,
		recipe: choicesOf(recipe, share),
		samples: { indices: [...calibration.rows], sha256: calibration.sha256 },
		score: { dense: dense.score, pruned: pruned.score },
		metrics: { dense: dense.metrics, pruned: pruned.metrics },
		change: changeOf(scores?.change),
		guide: guideOf(job, outcome),
		...maxDropOf(job, outcome),
		macs: macsOf(encoder, slim, length),
		parameters: { dense: encoder.parameters, pruned: slim.parameters },
		architecture: widthsOf(slim),
		kept: plan.kept.map((units) => [...units]),
		...(recipe.repair === "scale" ? { scales: reports.map((report) => scalesOf(report)) } : {}),
		repairs: reports.map((report) => withoutScales(report)),
		...(forward ? { forward } : {}),
		stages: [...stages],
		runtime: subject.runtime.name,
		machine: thisMachine(),
	}
}

const noScore = { score: null, metrics: {} }

function changeOf(interval: ChangeInterval | undefined): PruneResult["change"] {
	const known = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value)
	return { score: known(interval?.change), low: known(interval?.low), high: known(interval?.high) }
}

function guideOf({ recipe, subject, guide }: PruneJob, { plan, divergence }: Outcome): PruneResult["guide"] {
	const predicts = recipe.importance === "kfac" && recipe.loss === "logits" && recipe.rounds === 1
	return {
		measured: divergence.rms,
		predicted: predicts ? predictedRms(plan.loss, subject.encoder.architecture.logits) : null,
		flipped: divergence.flipped,
		samples: guide.samples.length,
		source: guide.source,
	}
}

function maxDropOf(
	{ recipe, heldOut: samples }: PruneJob,
	{ smallest, heldOut }: Outcome,
): Pick<PruneResult, "maxDrop"> {
	if (smallest === undefined || heldOut === undefined) return {}
	const trials = [...smallest.trials]
	return { maxDrop: { points: recipe.maxDrop!, samples: samples.length, dense: heldOut.main, trials } }
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
	const scales = report.outcome === "tuned" ? report.scales : undefined
	return scales ? [...scales] : Array<number>(report.units).fill(1)
}

function withoutScales(report: SiteReport): Omit<SiteReport, "scales"> {
	return Object.fromEntries(Object.entries(report).filter(([name]) => name !== "scales")) as Omit<SiteReport, "scales">
}
