import type { Encoder, Logits, Run } from "@winnow/tensor"
import { type BootstrapOptions, bootstrapInterval, type ChangeInterval } from "../change-interval.ts"
import type { Score } from "../score.ts"
import type { EncodedQuestion } from "./encode-questions.ts"
import { extractAnswer } from "./extract-answer.ts"
import { questionScores } from "./question-scores.ts"
import { scoreAnswers } from "./score-answers.ts"
import type { SquadTask } from "./squad-task.ts"
import { squadV2Report } from "./squad-v2-report.ts"

/** A score, the answers it is about, and what they were taken from. */
export interface QuestionsEvaluation extends Score {
	/** By question; empty: no answer. */
	readonly answers: ReadonlyMap<string, string>
	/** By question: how much the model prefers no answer. */
	readonly nullOdds: ReadonlyMap<string, number>
	/** Of each window, in their order. */
	readonly logits: Logits
}

/** Null odds above which SQuAD 2.0's answers are empty: no answer scores more than the best span. */
const nullThreshold = 0

/**
 * Runs an encoder over the windows of questions, extracts its answers and scores them.
 *
 * SQuAD 2.0 also has both metrics of questions with and without answer, and the best that another threshold on the null odds gives.
 *
 * @param encoder - whose logits are those of the starts of all tokens, then those of the ends
 * @throws what `extractAnswer` and `scoreAnswers` throw; `signal.reason` when aborted
 * @example
 * const { metrics } = await evaluateQuestions(encoder, task, encodeQuestions(task, questions, tokenizer))
 */
export async function evaluateQuestions(
	encoder: Pick<Encoder, "logits">,
	task: SquadTask,
	encoded: readonly EncodedQuestion[],
	run: Run = {},
): Promise<QuestionsEvaluation> {
	const samples = encoded.flatMap(({ windows }) => windows.map(({ sample }) => sample))
	const logits = await encoder.logits(samples, run)
	const best = new Map<string, string>()
	const nullOdds = new Map<string, number>()
	let next = 0
	for (const { question, windows } of encoded) {
		const scored = windows.map(({ encoding: { offsets, sequence: context } }) => {
			const both = logits[next++]!
			const half = both.length / 2
			return { offsets, context, startLogits: both.subarray(0, half), endLogits: both.subarray(half) }
		})
		const { text, nullOdds: odds } = extractAnswer(question.context, scored)
		best.set(question.id, text)
		nullOdds.set(question.id, odds)
	}
	const questions = encoded.map(({ question }) => question)
	if (task.version === 1) return { ...scoreAnswers(task, questions, best), answers: best, nullOdds, logits }
	const answers = new Map([...best].map(([id, text]) => [id, nullOdds.get(id)! > nullThreshold ? "" : text]))
	const { main, metrics } = scoreAnswers(task, questions, answers)
	const report = squadV2Report(questions, best, { nullOdds, threshold: nullThreshold })
	return { main, metrics: { ...metrics, ...besides(report) }, answers, nullOdds, logits }
}

/** Shares where the official script has percentages; thresholds as they are. */
function besides(report: ReturnType<typeof squadV2Report>): Record<string, number> {
	const named = {
		f1_has_answer: report.HasAns_f1,
		em_has_answer: report.HasAns_exact,
		f1_no_answer: report.NoAns_f1,
		em_no_answer: report.NoAns_exact,
		f1_best: report.best_f1,
		em_best: report.best_exact,
	}
	const shares = Object.entries(named).flatMap(([name, percent]) =>
		percent === undefined ? [] : [[name, percent / 100] as const],
	)
	return {
		...Object.fromEntries(shares),
		f1_best_threshold: report.best_f1_thresh!,
		em_best_threshold: report.best_exact_thresh!,
	}
}

/**
 * How much F1 changes from one model's answers to another's, with the interval of the paired bootstrap over questions.
 *
 * @throws what `questionScores` throws
 * @example
 * const { change, low, high } = answersChangeInterval(task, questions, { before: dense.answers, after: pruned.answers })
 */
export function answersChangeInterval(
	task: SquadTask,
	questions: readonly EncodedQuestion["question"][],
	{ before, after }: Readonly<Record<"before" | "after", ReadonlyMap<string, string>>>,
	options: BootstrapOptions = {},
): ChangeInterval {
	const [old, now] = [before, after].map((answers) => questionScores(questions, answers, task.version).f1)
	const changes = now!.map((f1, index) => f1 - old![index]!)
	const meanOf = (rows: Iterable<number> & { readonly length: number }) => {
		let sum = 0
		for (const row of rows) sum += changes[row]!
		return sum / rows.length
	}
	const all = Uint32Array.from(changes, (_, index) => index)
	return bootstrapInterval(changes.length, (rows = all) => meanOf(rows), options)
}
