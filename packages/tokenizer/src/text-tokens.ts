import { type Span, splitAtTokens } from "./added-tokens.ts"
import { unitsOf } from "./aligned-text.ts"
import { bertNormalizer } from "./bert-normalizer.ts"
import type { TokenList } from "./token-list.ts"
import type { TokenizerDefinition } from "./tokenizer-definition.ts"
import { wordPiece } from "./word-piece.ts"
import { forEachWord } from "./words.ts"

/**
 * The tokens of one text: added tokens are found in the raw text, what lies between is normalised, further added tokens
 * are found in that, and what lies between those is split into words and the words into pieces.
 */
export function textTokens(definition: TokenizerDefinition): (text: string) => TokenList {
	const normalize = bertNormalizer(definition.normalization)
	const splitRaw = splitter(definition, false, (content) => content)
	const splitNormalized = splitter(definition, true, (content) => normalize(content, 0, content.length).text)
	const forEachPiece = wordPiece(definition.model)

	/** Tokens of `text[start, end)`, where no raw token is. */
	function addPart(tokens: TokenList, text: string, start: number, end: number): void {
		const part = normalize(text, start, end)
		const add = (id: number, from: number, to: number) => {
			const last = part.originOf(to - 1)
			tokens.ids.push(id)
			tokens.offsets.push(part.originOf(from), last + unitsOf(text.codePointAt(last)!))
		}
		const addWord = (from: number, to: number) => forEachPiece(part.text, from, to, add)
		for (const span of splitNormalized(part.text)) {
			if (span.id === undefined) forEachWord(part.text, span.start, span.end, addWord)
			else add(span.id, span.start, span.end)
		}
	}

	return (given) => {
		const text = wellFormed(given)
		const tokens: TokenList = { ids: [], offsets: [] }
		for (const { id, start, end } of splitRaw(text)) {
			if (id === undefined) {
				addPart(tokens, text, start, end)
			} else {
				tokens.ids.push(id)
				tokens.offsets.push(start, end)
			}
		}
		return tokens
	}
}

function splitter(
	{ where, addedTokens }: TokenizerDefinition,
	normalized: boolean,
	pattern: (content: string) => string,
): (text: string) => readonly Span[] {
	const tokens = addedTokens.filter((token) => token.normalized === normalized)
	return splitAtTokens(
		where,
		tokens.map((token) => ({ token, pattern: pattern(token.content) })),
	)
}

/** Lone surrogates become U+FFFD, as they do when a string is written as UTF-8; offsets stay what they were. */
function wellFormed(text: string): string {
	return text.replace(/\p{Surrogate}/gu, "\ufffd")
}
