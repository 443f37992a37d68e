import type { TextRange } from "./squad-question.ts"

/** Tokens `[start, end)` of a window. */
export interface TokenRange {
	readonly start: number
	readonly end: number
}

/** What is known of the tokens of one window over a context; padding may follow. */
export interface AnswerWindow {
	/** `[start, end)` of each token in the whole context, two numbers a token, in UTF-16 code units; of other tokens they mean nothing. */
	readonly offsets: ArrayLike<number>
	/** Which tokens are of the context: a range, or a mark a token: true or 1. `sequence` of a pair's encoding is such marks. */
	readonly context: TokenRange | ArrayLike<boolean | number>
}

/** Positions of the context's tokens, rising. */
export function contextTokens({ context, offsets }: AnswerWindow): number[] {
	const isInside =
		"length" in context
			? (token: number) => context[token] === true || context[token] === 1
			: (token: number) => token >= context.start && token < context.end
	return Array.from({ length: offsets.length / 2 }, (_, token) => token).filter(isInside)
}

/**
 * The first and the last token of an answer: the target of a sample. `[0, 0]`, the place of no answer, where there is none or the
 * window does not hold the whole of it.
 *
 * @example
 * const target = answerTokens(window, question.position)
 */
export function answerTokens(
	window: AnswerWindow,
	position: TextRange | undefined,
): readonly [first: number, last: number] {
	const tokens = contextTokens(window)
	const startOf = (token: number) => window.offsets[2 * token]!
	const endOf = (token: number) => window.offsets[2 * token + 1]!
	if (position === undefined || tokens.length === 0) return [0, 0]
	const isWhole = startOf(tokens[0]!) <= position.start && position.end <= endOf(tokens.at(-1)!)
	const touched = tokens.filter((token) => startOf(token) < position.end && endOf(token) > position.start)
	return isWhole && touched.length > 0 ? [touched[0]!, touched.at(-1)!] : [0, 0]
}
