import { smallestFirst } from "./smallest-first.ts"

/** Symbols of a word, each an id and how much of the word it is. */
export interface Symbols {
	readonly ids: number[]
	readonly lengths: number[]
}

/** What two neighbouring symbols become, and how early: the smaller rank comes first. */
export interface Merge {
	readonly rank: number
	readonly id: number
}

/** Looks up what two symbols become; undefined where they stay two. */
export type MergeOf = (left: number, right: number) => Merge | undefined

/**
 * Merges neighbours until none are left that merge: always the pair of the smallest rank, of several the leftmost.
 *
 * Cost: O(n log n) time for n symbols, O(n) memory.
 */
export function mergedSymbols({ ids: given, lengths: givenLengths }: Symbols, mergeOf: MergeOf): Symbols {
	const count = given.length
	const [ids, lengths] = [[...given], [...givenLengths]]
	const next = Array.from(ids, (_, i) => i + 1)
	const previous = Array.from(ids, (_, i) => i - 1)
	const queue = smallestFirst()
	const mergeAt = (at: number) => {
		const right = next[at]!
		return right < count ? mergeOf(ids[at]!, ids[right]!) : undefined
	}
	const enqueue = (at: number) => {
		const merge = at >= 0 ? mergeAt(at) : undefined
		if (merge) queue.add(merge.rank * count + at)
	}

	for (let at = 0; at < count; at++) enqueue(at)
	for (let first = queue.take(); first !== undefined; first = queue.take()) {
		const at = first % count
		const merge = isPresent(at) ? mergeAt(at) : undefined
		// Queued before one of the two became part of another symbol.
		if (merge?.rank !== (first - at) / count) continue
		absorbNext(at, merge.id)
		enqueue(previous[at]!)
		enqueue(at)
	}

	function isPresent(at: number): boolean {
		return lengths[at]! > 0
	}

	function absorbNext(at: number, id: number): void {
		const right = next[at]!
		ids[at] = id
		lengths[at]! += lengths[right]!
		lengths[right] = 0
		next[at] = next[right]!
		if (next[at]! < count) previous[next[at]!] = at
	}

	return { ids: ids.filter((_, i) => isPresent(i)), lengths: lengths.filter((length) => length > 0) }
}
