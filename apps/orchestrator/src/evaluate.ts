import { StageLog } from "./measure/stage-log.ts"
import type { NotedRun } from "./noted-run.ts"
import { identityOf } from "./prepare/open-model.ts"
import { openTaskSubject } from "./prepare/open-subject.ts"
import { readSplit } from "./prepare/read-split.ts"
import { type EvaluationRequest, resolveEvaluation } from "./request/evaluation-request.ts"
import type { Evaluation } from "./result/evaluation.ts"
import { finiteScore } from "./result/finite-score.ts"

/**
 * Scores a model on the data of a task.
 *
 * @throws {InvalidInputError | UnsupportedError} with one line that says what to change; `signal.reason` within one batch of an abort
 * @example
 * const { score } = await evaluate({ model: "out/sst2", task: "sst2", data: "SST-2" })
 */
export async function evaluate(request: EvaluationRequest, run: NotedRun = {}): Promise<Evaluation> {
	run.signal?.throwIfAborted()
	const { model, task, data, split, ...options } = resolveEvaluation(request)
	const subject = await openTaskSubject(model, { task, ...options, onNote: run.onNote })
	try {
		const { file, examples } = await readSplit(subject.task, { data, split }, run)
		const samples = subject.samplesOf(examples, file)
		const stages = new StageLog(run)
		const score = await stages.time("score", (run) => subject.score(subject.encoder, samples, run))
		return {
			schema: "winnow-evaluation/1",
			model: await identityOf(subject),
			task,
			split,
			...finiteScore(score),
			samples: samples.length,
			seconds: stages.costs[0]!.seconds,
		}
	} finally {
		await subject.close()
	}
}
