import { bestThreshold } from "./best-threshold.ts"
import { type AnsweredQuestion, type QuestionScores, questionScores } from "./question-scores.ts"
import { percentage } from "./squad-report.ts"

/** What the official script for SQuAD 2.0 prints, under its names: percentages of all, of answerable and of other questions. */
export interface SquadV2Report {
	readonly exact: number
	readonly f1: number
	readonly total: number
	/** Absent, like the two below, where no question has an answer. */
	readonly HasAns_exact?: number
	readonly HasAns_f1?: number
	readonly HasAns_total?: number
	/** Absent, like the two below, where all questions have an answer. */
	readonly NoAns_exact?: number
	readonly NoAns_f1?: number
	readonly NoAns_total?: number
	/** The best that a threshold on the null odds could give, and that threshold; only where null odds were given. */
	readonly best_exact?: number
	readonly best_exact_thresh?: number
	readonly best_f1?: number
	readonly best_f1_thresh?: number
}

export interface SquadV2Options {
	/** How much the model prefers no answer, by question; absent: the predictions alone say so, by an empty text. */
	readonly nullOdds?: ReadonlyMap<string, number> | undefined
	/** A prediction whose null odds are higher counts as empty. Default: 1, as in the script. */
	readonly threshold?: number | undefined
}

/**
 * Scores predictions as the official script for SQuAD 2.0 does, to the last bit.
 *
 * @throws {RangeError} when there is no question, a question has no null odds, or what `questionScores` throws
 * @example
 * squadV2Report([{ id: "a", answers: [] }], new Map([["a", ""]])).NoAns_exact // => 100
 */
export function squadV2Report(
	questions: readonly AnsweredQuestion[],
	predictions: ReadonlyMap<string, string>,
	{ nullOdds, threshold = 1 }: SquadV2Options = {},
): SquadV2Report {
	const raw = questionScores(questions, predictions, 2)
	if (nullOdds === undefined) return meansOf(questions, raw)
	const isEmptied = questions.map(({ id }) => oddsOf(nullOdds, id) > threshold)
	const emptied = (values: Float64Array) =>
		values.map((value, index) => (isEmptied[index] ? Number(questions[index]!.answers.length === 0) : value))
	const [bestExact, bestF1] = [raw.exact, raw.f1].map((scores) =>
		bestThreshold(questions, predictions, { scores, nullOdds }),
	)
	return {
		...meansOf(questions, { exact: emptied(raw.exact), f1: emptied(raw.f1) }),
		best_exact: bestExact!.score,
		best_exact_thresh: bestExact!.threshold,
		best_f1: bestF1!.score,
		best_f1_thresh: bestF1!.threshold,
	}
}

function oddsOf(nullOdds: ReadonlyMap<string, number>, id: string): number {
	const odds = nullOdds.get(id)
	if (odds !== undefined && !Number.isNaN(odds)) return odds
	throw new RangeError(`squad: question ${id}: the null odds must be a number (was ${odds})`)
}

function meansOf(questions: readonly AnsweredQuestion[], scores: QuestionScores): SquadV2Report {
	const has = scoresWhere(scores, (index) => questions[index]!.answers.length > 0)
	const no = scoresWhere(scores, (index) => questions[index]!.answers.length === 0)
	return {
		exact: percentage(scores.exact),
		f1: percentage(scores.f1),
		total: questions.length,
		...(has.exact.length > 0 && {
			HasAns_exact: percentage(has.exact),
			HasAns_f1: percentage(has.f1),
			HasAns_total: has.exact.length,
		}),
		...(no.exact.length > 0 && {
			NoAns_exact: percentage(no.exact),
			NoAns_f1: percentage(no.f1),
			NoAns_total: no.exact.length,
		}),
	}
}

function scoresWhere({ exact, f1 }: QuestionScores, isMeant: (index: number) => boolean): QuestionScores {
	return { exact: exact.filter((_, index) => isMeant(index)), f1: f1.filter((_, index) => isMeant(index)) }
}
