import { type AnsweredQuestion, questionScores } from "./question-scores.ts"

/** What the official script for SQuAD 1.1 prints, under its names: percentages. */
export interface SquadReport {
	readonly exact_match: number
	readonly f1: number
	/** Questions. */
	readonly total: number
	/** Those without prediction, which score 0. */
	readonly missing: number
}

/**
 * Scores predictions as the official script for SQuAD 1.1 does, to the last bit.
 *
 * @throws {RangeError} when there is no question, or what `questionScores` throws
 * @example
 * squadReport([{ id: "a", answers: ["Rhine"] }], new Map([["a", "the Rhine"]])) // => { exact_match: 100, f1: 100, total: 1, missing: 0 }
 */
export function squadReport(
	questions: readonly AnsweredQuestion[],
	predictions: ReadonlyMap<string, string>,
): SquadReport {
	const { exact, f1 } = questionScores(questions, predictions, 1)
	return {
		exact_match: percentage(exact),
		f1: percentage(f1),
		total: questions.length,
		missing: questions.filter(({ id }) => !predictions.has(id)).length,
	}
}

/**
 * Mean of values from 0 to 1, in percent, in the scripts' order of operations.
 *
 * @throws {RangeError} when there is none
 */
export function percentage(values: Float64Array): number {
	if (values.length === 0) throw new RangeError("squad: the questions must be at least 1 (was 0)")
	return (100 * values.reduce((sum, value) => sum + value, 0)) / values.length
}
