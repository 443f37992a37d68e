import { InvalidInputError, type Logits, type Sample, ShapeError } from "@winnow/tensor"
import { argMax } from "./glue-metrics.ts"
import { metricsByName } from "./metrics-by-name.ts"
import { type AnyTask, logitsOf } from "./task.ts"

/** How good a model is on a task. Values are 0 to 1 (correlations: -1 to 1, NaN for a constant model). */
export interface Score {
	/** The task's main metric. */
	readonly main: number
	/** All metrics of the task, the main one first. */
	readonly metrics: Readonly<Record<string, number>>
}

export interface ScoreOptions {
	/** The map that the samples were encoded with: F1 asks which logit is the positive class. Default: GLUE's order. */
	readonly labelMap?: readonly number[] | undefined
}

/**
 * Scores logits against the targets of the samples they were computed from.
 *
 * A class is the largest logit (of equal ones the first), a score is the logit itself.
 *
 * @param logits - one vector a sample, in the same order
 * @throws {ShapeError} when logits and samples do not fit together
 * @throws {InvalidInputError} when a sample has no target or a logit is no finite number
 * @example
 * score(taskNamed("sst2"), [Float32Array.of(0, 1)], [{ ids, target: 1 }]) // => { main: 1, metrics: { accuracy: 1 } }
 */
export function score(
	task: AnyTask,
	logits: Logits,
	samples: readonly Sample[],
	{ labelMap }: ScoreOptions = {},
): Score {
	const { predictions, truths } = judged(task, logits, samples)
	const positive = labelMap?.[1] ?? 1
	const values = task.metrics.map((name) => [name, metricsByName[name](predictions, truths, positive)] as const)
	return { main: values[0]![1], metrics: Object.fromEntries(values) }
}

/** What a model says of each sample, and what is right: classes, or scores. */
export function judged(
	task: AnyTask,
	logits: Logits,
	samples: readonly Sample[],
): { readonly predictions: Float64Array; readonly truths: Float64Array } {
	if (samples.length === 0) throw new ShapeError("score", "samples", "at least 1", 0)
	if (logits.length !== samples.length) {
		throw new ShapeError("score", "logits", `${samples.length}, one vector a sample`, logits.length)
	}
	const truths = Float64Array.from(samples, targetOf)
	return { predictions: Float64Array.from(logits, (vector, index) => predictionOf(task, vector, index)), truths }
}

function targetOf({ target }: Sample, index: number): number {
	if (typeof target === "number") return target
	throw new InvalidInputError("score", `the target of sample ${index}`, "a number", target)
}

function predictionOf(task: AnyTask, vector: Float32Array, index: number): number {
	if (vector.length !== logitsOf(task)) {
		throw new ShapeError("score", `the logits of sample ${index}`, `${logitsOf(task)} for ${task.name}`, vector.length)
	}
	const broken = vector.find((logit) => !Number.isFinite(logit))
	if (broken !== undefined) throw new InvalidInputError("score", `the logits of sample ${index}`, "finite", broken)
	return task.kind === "regression" ? vector[0]! : argMax(vector)
}
