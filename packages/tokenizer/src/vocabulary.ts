import { InvalidInputError } from "@winnow/tensor"

export type Vocabulary = ReadonlyMap<string, number>

/** More tokens than any model has; below it, two ids make one number. */
const mostIds = 2 ** 26

/**
 * Token to id. Ids may leave gaps.
 *
 * @param where - file that the tokens come from
 * @throws {InvalidInputError} naming a token whose id is none, or that of another
 */
export function vocabularyOf(where: string, entries: readonly (readonly [token: string, id: number])[]): Vocabulary {
	const tokens = new Map<number, string>()
	for (const [token, id] of entries) {
		const wrong = (expected: string) => new InvalidInputError(where, `the id of ${quoted(token)}`, expected, id)
		if (!Number.isInteger(id) || id < 0 || id >= mostIds) throw wrong(`an integer from 0 to ${mostIds - 1}`)
		if (tokens.has(id)) throw wrong(`unlike that of ${quoted(tokens.get(id)!)}`)
		tokens.set(id, token)
	}
	return new Map(entries)
}

/** @throws {InvalidInputError} when the vocabulary lacks the token that is `what` */
export function idIn(where: string, vocabulary: Vocabulary, what: string, token: string): number {
	const id = vocabulary.get(token)
	if (id === undefined) throw new InvalidInputError(where, what, "in the vocabulary", quoted(token))
	return id
}

/** Largest id + 1 of a vocabulary with tokens beside it. */
export function sizeWith(vocabulary: Vocabulary, tokens: Iterable<{ readonly id: number }>): number {
	let size = 0
	for (const id of vocabulary.values()) size = Math.max(size, id + 1)
	for (const { id } of tokens) size = Math.max(size, id + 1)
	return size
}

/** As in JSON: on one line, and visible where it is empty or white space. */
function quoted(token: string): string {
	return JSON.stringify(token)
}
