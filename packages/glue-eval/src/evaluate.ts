import type { Encoder, Logits, Run, Sample } from "@winnow/tensor"
import { type Score, type ScoreOptions, score } from "./score.ts"
import type { AnyTask } from "./task.ts"

export interface EvaluateOptions extends Run, ScoreOptions {}

/** A score and the logits it was computed from. */
export interface Evaluation extends Score {
	readonly logits: Logits
}

/**
 * Runs an encoder over the samples of a task and scores it.
 *
 * @throws what `score` throws; `signal.reason` when aborted
 * @example
 * const { main, metrics } = await evaluate(encoder, taskNamed("sst2"), samples)
 */
export async function evaluate(
	encoder: Pick<Encoder, "logits">,
	task: AnyTask,
	samples: readonly Sample[],
	{ labelMap, ...run }: EvaluateOptions = {},
): Promise<Evaluation> {
	const logits = await encoder.logits(samples, run)
	return { ...score(task, logits, samples, { labelMap }), logits }
}
