import { normalizedAnswer, wordsOf } from "./normalized-answer.ts"

/** A question and the answers that count as right, as texts; none: it has no answer. */
export interface AnsweredQuestion {
	readonly id: string
	readonly answers: readonly string[]
}

/** One value a question, 0 to 1, in the order of the questions. */
export interface QuestionScores {
	readonly exact: Float64Array
	readonly f1: Float64Array
}

/**
 * Exact match and F1 of each question: the best over its answers (Rajpurkar et al. 2016, section 6.1; their evaluate script).
 *
 *   F1 = 2 P R / (P + R)        P, R: the share of the prediction's, the answer's words that both have
 *
 * Version 1: a question without prediction scores 0, and so does F1 where no word is in both. Version 2 (Rajpurkar et al. 2018): answers
 * without words do not count; a question without answers is right where the prediction has no words.
 *
 * @param predictions - one text a question, by its id
 * @throws {RangeError} naming the question: two have one id; version 1: it has no answer; version 2: it has no prediction
 * @example
 * questionScores([{ id: "a", answers: ["the Rhine", "Rhine river"] }], new Map([["a", "river Rhine"]]), 1).f1 // => [1]
 */
export function questionScores(
	questions: readonly AnsweredQuestion[],
	predictions: ReadonlyMap<string, string>,
	version: 1 | 2,
): QuestionScores {
	refuseRepeated(questions)
	const scores = { exact: new Float64Array(questions.length), f1: new Float64Array(questions.length) }
	for (const [index, question] of questions.entries()) {
		const answers = version === 1 ? answersOf(question) : answersWithWords(question)
		const prediction = predictions.get(question.id)
		if (prediction === undefined) {
			if (version === 1) continue
			throw new RangeError(`squad: question ${question.id}: the prediction must be there (was none)`)
		}
		scores.exact[index] = Number(answers.some((answer) => normalizedAnswer(answer) === normalizedAnswer(prediction)))
		const f1 = version === 1 ? overlap : overlapOrBothEmpty
		scores.f1[index] = Math.max(...answers.map((answer) => f1(wordsOf(prediction), wordsOf(answer))))
	}
	return scores
}

function refuseRepeated(questions: readonly AnsweredQuestion[]): void {
	const seen = new Set<string>()
	for (const { id } of questions) {
		if (seen.has(id)) throw new RangeError(`squad: question ${id}: the id must be its own (was that of two)`)
		seen.add(id)
	}
}

function answersOf({ id, answers }: AnsweredQuestion): readonly string[] {
	if (answers.length > 0) return answers
	throw new RangeError(`squad: question ${id}: the answers must be at least 1 (was 0)`)
}

function answersWithWords({ answers }: AnsweredQuestion): readonly string[] {
	const withWords = answers.filter((answer) => normalizedAnswer(answer) !== "")
	return withWords.length > 0 ? withWords : [""]
}

function overlapOrBothEmpty(prediction: readonly string[], answer: readonly string[]): number {
	const isEmpty = prediction.length === 0 || answer.length === 0
	return isEmpty ? Number(prediction.length === answer.length) : overlap(prediction, answer)
}

function overlap(prediction: readonly string[], answer: readonly string[]): number {
	const left = new Map<string, number>()
	for (const word of answer) left.set(word, (left.get(word) ?? 0) + 1)
	let both = 0
	for (const word of prediction) {
		const count = left.get(word) ?? 0
		if (count > 0) both++
		left.set(word, count - 1)
	}
	if (both === 0) return 0
	const precision = both / prediction.length
	const recall = both / answer.length
	return (2 * precision * recall) / (precision + recall)
}
