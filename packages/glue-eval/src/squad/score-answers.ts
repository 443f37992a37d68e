import type { Score } from "../score.ts"
import { type AnsweredQuestion, questionScores } from "./question-scores.ts"
import type { SquadTask } from "./squad-task.ts"

/**
 * Scores the answers of a model: mean F1 and exact match over questions, 0 to 1.
 *
 * A hundredth of what `squadReport` and `squadV2Report` say.
 *
 * @param predictions - one text a question, by its id; empty: no answer
 * @throws {RangeError} when there is no question, or what `questionScores` throws
 * @example
 * scoreAnswers(squadTaskNamed("squad"), questions, new Map([[id, "the Rhine"]])).metrics // => { f1: 1, em: 1 }
 */
export function scoreAnswers(
	task: SquadTask,
	questions: readonly AnsweredQuestion[],
	predictions: ReadonlyMap<string, string>,
): Score {
	if (questions.length === 0) throw new RangeError("squad: the questions must be at least 1 (was 0)")
	const { exact, f1 } = questionScores(questions, predictions, task.version)
	const metrics = { f1: mean(f1), em: mean(exact) }
	return { main: metrics[task.metrics[0]], metrics }
}

function mean(values: Float64Array): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length
}
