import { unitsOf } from "./aligned-text.ts"
import { forEachByteLevelWord } from "./byte-level-words.ts"
import { type BytePairModel, bytePairs, type Pieces } from "./byte-pairs.ts"
import type { ForEachToken } from "./for-each-token.ts"

interface ByteLevelSwitches {
	/** A space is put before a text, or what follows an added token, that does not begin with one. */
	readonly addsPrefixSpace: boolean
}

/** Words that are remembered, and how long they may be. */
const cachedWords = 10_000
const cachedLength = 256

/**
 * The tokens of a text by ByteLevel and BPE: a token's place is that of the code points that its bytes are of, so that
 * tokens of one code point share a place, and a space that was only put there has the place of what follows it.
 */
export function byteLevelBpe(model: BytePairModel, { addsPrefixSpace }: ByteLevelSwitches): ForEachToken {
	const piecesOf = remembered(bytePairs(model))
	return (text, start, end, visit) => {
		const hasPrefix = addsPrefixSpace && text[start] !== " "
		const part = (hasPrefix ? " " : "") + text.slice(start, end)
		const origin = hasPrefix ? start - 1 : start
		const firstEnd = start + unitsOf(text.codePointAt(start)!)
		forEachByteLevelWord(part, (from, to) => {
			const { ids, starts, ends } = piecesOf(part.slice(from, to))
			for (const [i, id] of ids.entries()) {
				const place = origin + from
				visit(id, Math.max(start, place + starts[i]!), Math.max(firstEnd, place + ends[i]!))
			}
		})
	}
}

function remembered(piecesOf: (word: string) => Pieces): (word: string) => Pieces {
	const known = new Map<string, Pieces>()
	return (word) => {
		const before = known.get(word)
		if (before !== undefined) return before
		const pieces = piecesOf(word)
		if (known.size >= cachedWords) known.clear()
		if (word.length <= cachedLength) known.set(word, pieces)
		return pieces
	}
}
