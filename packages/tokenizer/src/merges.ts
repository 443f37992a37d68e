import { InvalidInputError } from "@winnow/tensor"
import type { Merge, MergeOf } from "./merged-symbols.ts"
import { idIn, sizeWith, type Vocabulary } from "./vocabulary.ts"

/**
 * The merges of a BPE model, the earliest first, as lines `left right` or as pairs. A line that begins with `#version`
 * is none; a pair that stands there twice counts where it stands last.
 *
 * @param where - file that the merges come from
 * @throws {InvalidInputError} when a line is not of two tokens, or the vocabulary lacks one of them or both in one
 */
export function mergesOf(
	where: string,
	vocabulary: Vocabulary,
	merges: readonly (string | readonly string[])[],
): MergeOf {
	const known = new Map<number, Merge>()
	const idOf = (token: string, rank: number) => idIn(where, vocabulary, `a token of merge ${rank + 1}`, token)
	const size = sizeWith(vocabulary, [])
	const keyOf = (left: number, right: number) => left * size + right
	const pairs = merges.filter((merge) => typeof merge !== "string" || !merge.startsWith("#version"))
	for (const [rank, merge] of pairs.entries()) {
		const [left, right] = pairOf(where, merge, rank)
		known.set(keyOf(idOf(left, rank), idOf(right, rank)), { rank, id: idOf(left + right, rank) })
	}
	return (left, right) => known.get(keyOf(left, right))
}

function pairOf(where: string, merge: string | readonly string[], rank: number): [left: string, right: string] {
	const [left, right, ...rest] = typeof merge === "string" ? merge.split(" ") : merge
	if (left !== undefined && right !== undefined && rest.length === 0) return [left, right]
	throw new InvalidInputError(where, `merge ${rank + 1}`, "two tokens with a space between", JSON.stringify(merge))
}
