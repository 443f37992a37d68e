import { InvalidInputError } from "@winnow/tensor"
import { longestFirst } from "./longest-first.ts"
import { filledTemplate, specialTokens } from "./template.ts"
import { textTokens } from "./text-tokens.ts"
import type { TokenList } from "./token-list.ts"
import type { EncodeOptions, Encoding, Tokenizer, Tokens } from "./tokenizer.ts"
import type { TokenizerDefinition, TokenizerUse } from "./tokenizer-definition.ts"

/** The tokenizer of a definition; `files` are the names of what it was read from. */
export function definedTokenizer(definition: TokenizerDefinition & TokenizerUse, files: readonly string[]): Tokenizer {
	const tokensOf = textTokens(definition)
	const { truncationSide } = definition
	const cut = truncationSide === "left" ? lastTokens : firstTokens
	const { single, pair: double } = definition.template

	function encode(text: string, { pair, maxLength }: EncodeOptions = {}): Encoding {
		const first = tokensOf(text)
		if (pair === undefined) {
			const kept = Math.min(first.ids.length, roomFor(maxLength, specialTokens(single)))
			return filledTemplate(single, [cut(first, kept)])
		}
		const second = tokensOf(pair)
		const kept = longestFirst(first.ids.length, second.ids.length, roomFor(maxLength, specialTokens(double)))
		return filledTemplate(double, [cut(first, kept[0]), cut(second, kept[1])])
	}

	function tokenize(text: string): Tokens {
		const { ids, offsets } = tokensOf(text)
		return { ids: new Uint32Array(ids), offsets: new Uint32Array(offsets) }
	}

	function withSpecialTokens(text: Tokens, pair?: Tokens): Encoding {
		if (pair === undefined) return filledTemplate(single, [text])
		return filledTemplate(double, [text, pair])
	}

	return { size: definition.size, files, truncationSide, encode, tokenize, withSpecialTokens }
}

function firstTokens({ ids, offsets }: TokenList, count: number): TokenList {
	return count === ids.length ? { ids, offsets } : { ids: ids.slice(0, count), offsets: offsets.slice(0, 2 * count) }
}

function lastTokens({ ids, offsets }: TokenList, count: number): TokenList {
	const from = ids.length - count
	return { ids: ids.slice(from), offsets: offsets.slice(2 * from) }
}

function roomFor(maxLength: number | undefined, special: number): number {
	if (maxLength === undefined) return Number.POSITIVE_INFINITY
	if (!Number.isInteger(maxLength) || maxLength < special) {
		throw new InvalidInputError("tokenizer", "maxLength", `an integer of at least ${special}`, maxLength)
	}
	return maxLength - special
}
