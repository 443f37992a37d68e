import { InvalidInputError } from "@winnow/tensor"
import { type Span, splitAtTokens } from "./added-tokens.ts"
import { unitsOf } from "./aligned-text.ts"
import { type SpacesAround, spacesAround, trimmed } from "./space-trimming.ts"
import type { TokenList } from "./token-list.ts"
import type { TokenizerDefinition, TokenizerUse } from "./tokenizer-definition.ts"

type Place = readonly [start: number, end: number]

/**
 * The tokens of one text: added tokens are found in the raw text, what lies between is normalised, further added tokens
 * are found in that, and what lies between those is split into the tokens of the vocabulary.
 */
export function textTokens(definition: TokenizerDefinition & TokenizerUse): (text: string) => TokenList {
	const { normalize, forEachToken } = definition
	const splitRaw = splitter(definition, false, (content) => content)
	const splitNormalized = splitter(definition, true, (content) => normalize(content, 0, content.length).text)

	return (given) => {
		const text = wellFormed(given)
		const { tokens, add, addMatch } = collector(text, definition)
		for (const { id, start, end } of splitRaw(text)) {
			if (id === undefined) addPart(start, end)
			else addMatch(id, [start, end], text.slice(start, end))
		}
		return tokens

		/** Adds the tokens of `text[start, end)`, where no raw token is. */
		function addPart(start: number, end: number): void {
			const part = normalize(text, start, end)
			const placeOf = (from: number, to: number): Place => {
				const last = part.originOf(to - 1)
				return [part.originOf(from), last + unitsOf(text.codePointAt(last)!)]
			}
			const addToken = (id: number, from: number, to: number) => add(id, placeOf(from, to))
			for (const { id, start: from, end: to } of splitNormalized(part.text)) {
				if (id === undefined) forEachToken(part.text, from, to, addToken)
				else addMatch(id, placeOf(from, to), part.text.slice(from, to))
			}
		}
	}
}

/** Collects the tokens of a text, each with its place, which is trimmed if the definition says so. */
function collector(text: string, { where, size, trimming }: TokenizerDefinition) {
	const tokens: TokenList = { ids: [], offsets: [] }
	const push = (id: number, [start, end]: Place) => {
		if (id >= size) {
			const token = JSON.stringify(text.slice(start, end))
			throw new InvalidInputError(where, `the token ${token} of a text`, `among the ${size} of the vocabulary`, id)
		}
		tokens.ids.push(id)
		tokens.offsets.push(start, end)
	}
	if (trimming === undefined) return { tokens, add: push, addMatch: push }

	const { keepsPrefixSpace, ofVocabulary } = trimming
	const addTrimmed = (id: number, place: Place, spaces: SpacesAround) => {
		const isFirst = tokens.ids.length === 0 || place[0] === 0
		push(id, trimmed(text, place, spaces, isFirst && keepsPrefixSpace))
	}
	return {
		tokens,
		/** A token of the vocabulary. */
		add: (id: number, place: Place) => addTrimmed(id, place, ofVocabulary(id)),
		/** An added token, with what it matched. */
		addMatch: (id: number, place: Place, match: string) => addTrimmed(id, place, spacesAround(match)),
	}
}

function splitter(
	{ where, addedTokens, splitsSpecialTokens }: TokenizerDefinition & TokenizerUse,
	normalized: boolean,
	pattern: (content: string) => string,
): (text: string) => readonly Span[] {
	const tokens = addedTokens.filter((token) => token.normalized === normalized)
	return splitAtTokens(
		where,
		tokens.map((token) => ({ token, pattern: pattern(token.content), isText: splitsSpecialTokens && token.isSpecial })),
	)
}

/** Lone surrogates become U+FFFD, as they do when a string is written as UTF-8; offsets stay what they were. */
function wellFormed(text: string): string {
	return text.replace(/\p{Surrogate}/gu, "\ufffd")
}
