import { StageLog } from "./measure/stage-log.ts"
import type { NotedRun } from "./noted-run.ts"
import { noteCut } from "./prepare/cut-counter.ts"
import { locateData } from "./prepare/locate.ts"
import { identityOf } from "./prepare/open-model.ts"
import { openTaskSubject } from "./prepare/open-subject.ts"
import { type EvaluationRequest, resolveEvaluation } from "./request/evaluation-request.ts"
import { refuseWrongCall } from "./request/refuse-wrong-call.ts"
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
	refuseWrongCall("evaluate", request, run)
	run.signal?.throwIfAborted()
	const { model, data, split, runtime, threads, ...choice } = resolveEvaluation(request)
	const { folder, files, hub } = await locateData(data, { task: choice.task, splits: [split] }, run)
	const subject = await openTaskSubject(model, { runtime, threads, ...run, choice: { ...choice, files } })
	try {
		const set = await subject.task.scoredSplit({ data: folder, split }, run)
		const [cut, fileSplit] = [subject.task.cut(), subject.task.fileSplit()]
		noteCut(cut, run)
		const stages = new StageLog(run)
		const score = await stages.time("score", (run) => set.score(subject.encoder, run))
		return {
			schema: "winnow-evaluation/1",
			model: await identityOf(subject),
			...(hub && { data: { source: hub.id, revision: hub.commit } }),
			task: subject.task.name,
			split,
			...(fileSplit && { fileSplit }),
			...(cut && { cut }),
			...finiteScore(score),
			samples: set.size,
			seconds: stages.costs[0]!.seconds,
		}
	} finally {
		await subject.close()
	}
}
