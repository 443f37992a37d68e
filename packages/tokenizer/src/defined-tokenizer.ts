import { InvalidInputError } from "@winnow/tensor"
import { longestFirst } from "./longest-first.ts"
import { filledTemplate, specialTokens } from "./template.ts"
import { textTokens } from "./text-tokens.ts"
import type { EncodeOptions, Encoding, Tokenizer, Tokens } from "./tokenizer.ts"
import type { TokenizerDefinition } from "./tokenizer-definition.ts"

/** The tokenizer of a definition; `files` are the names of what it was read from. */
export function definedTokenizer(definition: TokenizerDefinition, files: readonly string[]): Tokenizer {
	const tokensOf = textTokens(definition)
	const { single, pair: double } = definition.template

	function encode(text: string, { pair, maxLength }: EncodeOptions = {}): Encoding {
		const first = tokensOf(text)
		if (pair === undefined) {
			const kept = Math.min(first.ids.length, roomFor(maxLength, specialTokens(single)))
			return filledTemplate(single, [first], [kept])
		}
		const second = tokensOf(pair)
		const kept = longestFirst(first.ids.length, second.ids.length, roomFor(maxLength, specialTokens(double)))
		return filledTemplate(double, [first, second], kept)
	}

	function tokenize(text: string): Tokens {
		const { ids, offsets } = tokensOf(text)
		return { ids: new Uint32Array(ids), offsets: new Uint32Array(offsets) }
	}

	function withSpecialTokens(text: Tokens, pair?: Tokens): Encoding {
		if (pair === undefined) return filledTemplate(single, [text], [text.ids.length])
		return filledTemplate(double, [text, pair], [text.ids.length, pair.ids.length])
	}

	return { size: definition.size, files, encode, tokenize, withSpecialTokens }
}

function roomFor(maxLength: number | undefined, special: number): number {
	if (maxLength === undefined) return Number.POSITIVE_INFINITY
	if (!Number.isInteger(maxLength) || maxLength < special) {
		throw new InvalidInputError("tokenizer", "maxLength", `an integer of at least ${special}`, maxLength)
	}
	return maxLength - special
}
