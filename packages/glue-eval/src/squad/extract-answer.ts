import { InvalidInputError, ShapeError } from "@winnow/tensor"
import { type AnswerWindow, contextTokens } from "./answer-window.ts"
import type { TextRange } from "./squad-question.ts"

/** A window, and the model's logits for each of its tokens to be the answer's first or last. */
export interface ScoredWindow extends AnswerWindow {
	readonly startLogits: ArrayLike<number>
	readonly endLogits: ArrayLike<number>
}

/** A stretch of the context that may be the answer. */
export interface AnswerSpan extends TextRange {
	readonly text: string
	/** Logit of its first token as a start plus that of its last one as an end. */
	readonly score: number
}

/** What a model answers. */
export interface ExtractedAnswer {
	/** Empty: no answer. */
	readonly text: string
	/** Best first, each stretch of the context once; empty when no window has a span that is allowed. */
	readonly spans: readonly AnswerSpan[]
	/** The score of no answer: the least over the windows of the logits of token 0. */
	readonly nullScore: number
	/** `nullScore` less the best span's score: how much no answer is preferred; Infinity when there is no span. */
	readonly nullOdds: number
}

export interface ExtractOptions {
	/** How many of a window's best starts and best ends are paired. Default: 20. */
	readonly candidates?: number | undefined
	/** Default: 30. */
	readonly maxTokens?: number | undefined
	/** How many spans are reported. Default: 20. */
	readonly nBest?: number | undefined
	/** Null odds above which the answer is empty, as in SQuAD 2.0. Default: Infinity, there is always an answer. */
	readonly nullThreshold?: number | undefined
}

/**
 * The answer to one question, from the logits of all windows over its context (Devlin et al. 2019, sections 4.2 and 4.3).
 *
 * In every window each of the best starts is paired with each of the best ends, all of the context; a span that ends before it starts or
 * is too long is left out. The largest sum of the two logits over all windows wins, of equal ones the earliest. The text is cut from the
 * context, from the first token's first to the last token's last character.
 *
 * @param context - what the windows' offsets count in
 * @throws {ShapeError} when there is no window, or its logits and offsets are not as many
 * @throws {InvalidInputError} when a logit that counts is no finite number
 * Cost: O(candidates^2) a window.
 * @example
 * const { text, nullOdds } = extractAnswer(question.context, windows, { nullThreshold: -5.6 })
 */
export function extractAnswer(
	context: string,
	windows: readonly ScoredWindow[],
	{ candidates = 20, maxTokens = 30, nBest = 20, nullThreshold = Number.POSITIVE_INFINITY }: ExtractOptions = {},
): ExtractedAnswer {
	if (windows.length === 0) throw new ShapeError("extractAnswer", "windows", "at least 1", 0)
	const found = new Map<string, AnswerSpan>()
	let nullScore = Number.POSITIVE_INFINITY
	for (const window of windows) {
		refuseUnequal(window)
		nullScore = Math.min(nullScore, finite(window.startLogits, 0) + finite(window.endLogits, 0))
		for (const { start, end, score } of spansIn(window, { candidates, maxTokens })) {
			const key = `${start} ${end}`
			if (score > (found.get(key)?.score ?? Number.NEGATIVE_INFINITY)) {
				found.set(key, { start, end, score, text: context.slice(start, end) })
			}
		}
	}
	const spans = [...found.values()].sort((a, b) => b.score - a.score || a.start - b.start || a.end - b.end)
	const nullOdds = nullScore - (spans[0]?.score ?? Number.NEGATIVE_INFINITY)
	const text = nullOdds > nullThreshold ? "" : (spans[0]?.text ?? "")
	return { text, spans: spans.slice(0, nBest), nullScore, nullOdds }
}

function* spansIn(
	window: ScoredWindow,
	{ candidates, maxTokens }: { readonly candidates: number; readonly maxTokens: number },
): Generator<Omit<AnswerSpan, "text">> {
	const tokens = contextTokens(window)
	const ends = largest(window.endLogits, tokens, candidates)
	for (const first of largest(window.startLogits, tokens, candidates)) {
		for (const last of ends) {
			if (last < first || last - first >= maxTokens) continue
			const score = window.startLogits[first]! + window.endLogits[last]!
			yield { start: window.offsets[2 * first]!, end: window.offsets[2 * last + 1]!, score }
		}
	}
}

/** Of these tokens, those with the largest logits; of equal ones the earlier. */
function largest(logits: ArrayLike<number>, tokens: readonly number[], count: number): number[] {
	for (const token of tokens) finite(logits, token)
	return tokens.toSorted((a, b) => logits[b]! - logits[a]! || a - b).slice(0, count)
}

function finite(logits: ArrayLike<number>, token: number): number {
	const logit = logits[token]
	if (logit !== undefined && Number.isFinite(logit)) return logit
	throw new InvalidInputError("extractAnswer", `the logit of token ${token}`, "finite", logit)
}

function refuseUnequal({ offsets, startLogits, endLogits }: ScoredWindow): void {
	const tokens = offsets.length / 2
	if (startLogits.length >= tokens && endLogits.length >= tokens && tokens > 0) return
	const were = `${startLogits.length} and ${endLogits.length}`
	throw new ShapeError("extractAnswer", "the logits of a window", `at least ${Math.max(1, tokens)}, one a token`, were)
}
