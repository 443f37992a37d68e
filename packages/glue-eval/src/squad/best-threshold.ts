import type { AnsweredQuestion } from "./question-scores.ts"

/** The best score in percent, and the threshold that gives it. */
export interface BestThreshold {
	readonly score: number
	readonly threshold: number
}

/**
 * The threshold on the null odds that gives the best mean score on these questions (official script for SQuAD 2.0).
 *
 * Predictions whose odds are higher count as empty. All empty is where the search starts; then predictions are let in by rising odds,
 * equal ones in the order of `nullOdds`, and the first of several best thresholds is taken.
 *
 * @param o.scores - of each question by its prediction, 0 to 1, as `questionScores` gives them
 * @param o.nullOdds - by question; those of other questions do not count
 */
export function bestThreshold(
	questions: readonly AnsweredQuestion[],
	predictions: ReadonlyMap<string, string>,
	{ scores, nullOdds }: { readonly scores: Float64Array; readonly nullOdds: ReadonlyMap<string, number> },
): BestThreshold {
	const gains = new Map(questions.map((question, index) => [question.id, gainOf(question, scores[index]!)]))
	let sum = questions.filter(({ answers }) => answers.length === 0).length
	let best = { sum, threshold: 0 }
	for (const [id, threshold] of [...nullOdds].sort(([, a], [, b]) => a - b)) {
		sum += gains.get(id) ?? 0
		if (sum > best.sum) best = { sum, threshold }
	}
	return { score: (100 * best.sum) / questions.length, threshold: best.threshold }

	/** Of letting the prediction in, against taking it as empty. */
	function gainOf({ id, answers }: AnsweredQuestion, score: number): number {
		if (answers.length > 0) return score
		return predictions.get(id) ? -1 : 0
	}
}
