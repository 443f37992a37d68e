import type { Logits, Sample } from "@winnow/tensor"
import { drawIndices } from "./draw-indices.ts"
import { metricsByName } from "./metrics-by-name.ts"
import { judged, type ScoreOptions } from "./score.ts"
import type { AnyTask } from "./task.ts"

/** The change of a task's main metric from one model to another, and how sure it is. */
export interface ChangeInterval {
	/** On all samples. */
	readonly change: number
	/** Ends of the interval that holds the change of other samples of the kind in so many cases. */
	readonly low: number
	readonly high: number
}

export interface BootstrapOptions {
	/** How often samples are drawn anew. Default: 1000. */
	readonly draws?: number
	/** Of the draws. Default: 0. */
	readonly seed?: number
	/** Share of draws within the interval. Default: 0.95. */
	readonly confidence?: number
}

/**
 * Percentile interval of the paired bootstrap (Efron and Tibshirani 1993, chapter 13): samples are drawn with replacement, and both
 * models are scored on the same draw, so that what is hard for both does not count as a difference.
 *
 * NaN where the metric is undefined on a draw that would decide.
 *
 * @throws what `score` throws
 * Cost: two scores a draw.
 * @example
 * const { change, low, high } = changeInterval(task, { before: denseLogits, after: prunedLogits }, samples)
 */
export function changeInterval(
	task: AnyTask,
	{ before, after }: { readonly before: Logits; readonly after: Logits },
	samples: readonly Sample[],
	{ labelMap, ...bootstrap }: BootstrapOptions & ScoreOptions = {},
): ChangeInterval {
	const { truths, predictions: old } = judged(task, before, samples)
	const { predictions: now } = judged(task, after, samples)
	const metric = metricsByName[task.metrics[0]]
	const positive = labelMap?.[1] ?? 1
	const changeOn = (rows: Uint32Array | undefined) => {
		const [t, a, b] = rows ? [picked(truths, rows), picked(now, rows), picked(old, rows)] : [truths, now, old]
		return metric(a, t, positive) - metric(b, t, positive)
	}
	return bootstrapInterval(samples.length, changeOn, bootstrap)
}

/**
 * The interval of any change that can be computed on some of the rows.
 *
 * @param changeOn - of rows, which may repeat; of all rows where it is undefined
 */
export function bootstrapInterval(
	rows: number,
	changeOn: (rows: Uint32Array | undefined) => number,
	{ draws = 1000, seed = 0, confidence = 0.95 }: BootstrapOptions = {},
): ChangeInterval {
	const changes = Float64Array.from({ length: draws }, (_, draw) =>
		changeOn(drawIndices(rows, rows, { seed: seed * draws + draw, replacement: true })),
	).sort()
	const outside = (1 - confidence) / 2
	return { change: changeOn(undefined), low: quantile(changes, outside), high: quantile(changes, 1 - outside) }
}

function picked(values: Float64Array, rows: Uint32Array): Float64Array {
	return Float64Array.from(rows, (row) => values[row]!)
}

/** Of sorted values, between neighbours in proportion. */
function quantile(sorted: Float64Array, share: number): number {
	const position = share * (sorted.length - 1)
	const below = Math.floor(position)
	const above = Math.ceil(position)
	return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!)
}
