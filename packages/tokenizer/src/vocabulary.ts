import { InvalidInputError } from "@winnow/tensor"
import type { AddedToken } from "./added-tokens.ts"

export type Vocabulary = ReadonlyMap<string, number>

/**
 * Token to id; the ids are 0 to the number of tokens - 1, each once.
 *
 * @param where - file that the tokens come from
 * @throws {InvalidInputError} naming a token that stands there twice, shares its id, or whose id leaves a gap
 */
export function vocabularyOf(where: string, entries: readonly (readonly [token: string, id: number])[]): Vocabulary {
	const ids = new Map<string, number>()
	const tokens = new Array<string>(entries.length)
	for (const [token, id] of entries) {
		const wrong = (expected: string) => new InvalidInputError(where, `the id of ${quoted(token)}`, expected, id)
		if (ids.has(token)) throw wrong(`one, not ${ids.get(token)} as well`)
		if (!Number.isInteger(id) || id < 0 || id >= entries.length) {
			throw wrong(`an integer from 0 to ${entries.length - 1}, without gaps`)
		}
		if (tokens[id] !== undefined) throw wrong(`unlike that of ${quoted(tokens[id])}`)
		ids.set(token, id)
		tokens[id] = token
	}
	return ids
}

/** @throws {InvalidInputError} when the vocabulary lacks the token that is `what` */
export function idIn(where: string, vocabulary: Vocabulary, what: string, token: string): number {
	const id = vocabulary.get(token)
	if (id === undefined) throw new InvalidInputError(where, what, "in the vocabulary", quoted(token))
	return id
}

/**
 * Size of a vocabulary with tokens added to it. A token that it has keeps its id, a new one takes the next id: the
 * library goes by this rule whatever the file says.
 *
 * @throws {InvalidInputError} when the file says something else
 */
export function sizeWith(where: string, vocabulary: Vocabulary, addedTokens: readonly AddedToken[]): number {
	const added = new Map<string, number>()
	let size = vocabulary.size
	for (const { content, id } of addedTokens) {
		const right = vocabulary.get(content) ?? added.get(content) ?? size++
		if (id !== right) throw new InvalidInputError(where, `the id of the added token ${quoted(content)}`, `${right}`, id)
		added.set(content, id)
	}
	return size
}

/** As in JSON: on one line, and visible where it is empty or white space. */
function quoted(token: string): string {
	return JSON.stringify(token)
}
