import type { TransformerEncoder } from "@winnow/encoder"
import { architectureMacs } from "@winnow/flops-model"
import type { ChangeInterval, Score } from "@winnow/glue-eval"
import type { TimedTogether } from "@winnow/latency-profiler"
import type { SiteReport } from "@winnow/mask-tune"
import type { LatencyOutcome } from "../latency/pruned-to-latency.ts"
import type { ForwardTimes } from "../measure/forward-times.ts"
import { type Divergence, predictedRms } from "../measure/guide.ts"
import { thisMachine } from "../measure/machine.ts"
import type { WeightRecord } from "../measure/settled-weights.ts"
import type { StageCost } from "../measure/stage-log.ts"
import type { PruneJob } from "../prepare/prune-job.ts"
import type { Pruned } from "../pruning.ts"
import { choicesOf, type TargetBudget } from "../request/recipe.ts"
import type { Smallest } from "../smallest-share.ts"
import { winnowVersion } from "../version.ts"
import { finiteScore } from "./finite-score.ts"
import type { PruneResult } from "./prune-result.ts"

/** What the stages of a run came to. */
export interface Outcome extends Pruned {
	readonly budget: TargetBudget
	/** Where latency is the budget. */
	readonly latency?: LatencyOutcome | undefined
	/** On the dev split; undefined without a task. */
	readonly scores: { readonly dense: Score; readonly pruned: Score; readonly change: ChangeInterval } | undefined
	/** Undefined where nothing is left to compare models on. */
	readonly weights: WeightRecord
	readonly divergence: Divergence | undefined
	/** With `maxDrop`: what was tried, and the dense model's score on the same rows. */
	readonly smallest: Smallest | undefined
	readonly heldOut: Score | undefined
	/** Absent where the recipe asks for no timing. */
	readonly forward: ForwardTimes | undefined
	readonly stages: readonly StageCost[]
}

/** The record of a run, but for the files that are about to be written. */
export type Unfinished = Omit<PruneResult, "files" | "forms">

export function resultOf(job: PruneJob, outcome: Outcome): Unfinished {
	const { recipe, subject, calibration, length } = job
	const { plan, slim, reports, scores, budget, latency, forward, stages } = outcome
	const { encoder, folder } = subject
	const [dense, pruned] = scores ? [finiteScore(scores.dense), finiteScore(scores.pruned)] : [noScore, noScore]
	return {
		schema: "winnow-result/1",
		winnow: winnowVersion,
		model: { ...job.model, bytes: folder.bytes, ...widthsOf(encoder) },
		...(job.data && { data: { source: job.data.id, revision: job.data.commit } }),
		task: recipe.task ?? null,
		recipe: choicesOf(recipe, budget),
		...(subject.task?.fileSplit() && { fileSplit: subject.task.fileSplit()! }),
		samples: {
			indices: [...calibration.rows],
			sha256: calibration.sha256,
			isListed: recipe.sampleIndices !== undefined,
		},
		...(job.cut && { cut: job.cut }),
		...(job.dev && { scoredOn: { split: "dev", samples: job.dev.size } }),
		score: { dense: dense.score, pruned: pruned.score },
		metrics: { dense: dense.metrics, pruned: pruned.metrics },
		change: changeOf(scores?.change),
		guide: guideOf(job, outcome),
		...maxDropOf(job, outcome),
		macs: macsOf(encoder, slim, length),
		...(latency ? { latency: latencyOf(latency) } : {}),
		parameters: { dense: encoder.parameters, pruned: slim.parameters },
		architecture: widthsOf(slim),
		weights: outcome.weights,
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
		measured: divergence?.rms ?? null,
		predicted: predicts ? predictedRms(plan.loss, subject.encoder.architecture.logits) : null,
		flipped: divergence?.flipped ?? null,
		samples: guide?.samples.length ?? 0,
		source: guide?.source ?? null,
	}
}

function maxDropOf(
	{ recipe, heldOut: samples }: PruneJob,
	{ smallest, heldOut }: Outcome,
): Pick<PruneResult, "maxDrop"> {
	if (smallest === undefined || heldOut === undefined || samples === undefined) return {}
	const trials = [...smallest.trials]
	return { maxDrop: { points: recipe.maxDrop!, samples: samples.size, dense: heldOut.main, trials } }
}

function widthsOf({ architecture: { heads, neurons } }: TransformerEncoder) {
	return { heads: [...heads], neurons: [...neurons] }
}

/** Measured where that could be, predicted where not. */
function latencyOf({
	serving,
	predicted,
	measured,
	trials,
	rival,
}: LatencyOutcome): NonNullable<PruneResult["latency"]> {
	const { setting, table, source } = serving
	const timingOf = ({ ms, p10, p90 }: TimedTogether) => ({ ms, p10, p90 })
	return {
		...setting,
		dense: measured?.dense.ms ?? predicted.dense,
		pruned: measured?.pruned.ms ?? predicted.pruned,
		share: measured?.pruned.ratio ?? predicted.pruned / predicted.dense,
		isMeasured: measured !== undefined,
		predicted: { ...predicted, share: predicted.pruned / predicted.dense },
		...(measured ? { runs: { dense: timingOf(measured.dense), pruned: timingOf(measured.pruned) } } : {}),
		trials: [...trials],
		...(rival ? { rival } : {}),
		table: {
			source,
			runtime: table.runtime,
			clock: table.clock,
			...(table.machine && { machine: table.machine }),
			dense: table.dense.ms,
			fixed: table.fixed,
			noise: table.noise,
			checks: table.checks.map(({ predicted, measured }) => ({ predicted, measured })),
		},
	}
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
