import { InvalidInputError } from "@winnow/tensor"
import type { AddedToken } from "./added-tokens.ts"
import { type ListedToken, type Token, withFlags } from "./configured-tokens.ts"
import type { FlaggedToken } from "./tokenizer-config.ts"
import type { Vocabulary } from "./vocabulary.ts"

/** The tokens beside a vocabulary, growing. */
export interface AddedVocabulary {
	/** Adds tokens, or says anew what those are that are there. */
	add(tokens: readonly Token[]): void
	/** Of an added token, else of the vocabulary. */
	idOf(content: string): number | undefined
	/** All of them, by id. */
	tokens(): AddedToken[]
}

/**
 * Tokens that are added to a vocabulary by the rules of Hugging Face `tokenizers` 0.23: one that the vocabulary has keeps its id; a new
 * one takes the next, counting the vocabulary's tokens and not its ids, which may leave gaps. Of a token that is added twice, the last
 * flags count, but what was special once stays so.
 */
export function addedVocabulary(vocabulary: Vocabulary): AddedVocabulary {
	const ids = new Map<string, number>()
	const flags = new Map<number, Required<FlaggedToken>>()
	const special = new Set<string>()
	let last = -1

	function add(tokens: readonly Token[]): void {
		for (const token of tokens.map(withFlags)) {
			if (token.content === "") continue
			const id = idOf(token.content) ?? Math.max(last + 1, vocabulary.size)
			last = Math.max(last, id)
			ids.set(token.content, id)
			flags.set(id, token)
			if (token.special) special.add(token.content)
		}
	}

	function idOf(content: string): number | undefined {
		return ids.get(content) ?? vocabulary.get(content)
	}

	function tokens(): AddedToken[] {
		const sorted = [...flags].sort(([a], [b]) => a - b)
		return sorted.map(([id, token]) => ({
			id,
			content: token.content,
			singleWord: token.single_word,
			leftStrip: token.lstrip,
			rightStrip: token.rstrip,
			normalized: token.normalized,
			isSpecial: special.has(token.content),
		}))
	}

	return { add, idOf, tokens }
}

/** @throws {InvalidInputError} when a file gives a token another id than the library does */
export function requireIds(added: AddedVocabulary, listed: readonly ListedToken[]): void {
	for (const { token, id, where } of listed) {
		if (token.content === "") continue
		const right = added.idOf(token.content)
		if (id !== right) {
			throw new InvalidInputError(where, `the id of the added token ${JSON.stringify(token.content)}`, `${right}`, id)
		}
	}
}
