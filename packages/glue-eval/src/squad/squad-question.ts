import type { AnsweredQuestion } from "../metrics.ts"

/** A stretch of a context, `[start, end)` in UTF-16 code units. */
export interface TextRange {
	readonly start: number
	readonly end: number
}

/** A question about a context, with the answers that count as right. */
export interface SquadQuestion extends AnsweredQuestion {
	readonly question: string
	readonly context: string
	/** Where the answer to train on stands; absent where there is none, or answers were not read. */
	readonly position?: TextRange
}
