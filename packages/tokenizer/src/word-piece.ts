import { forEachBertWord } from "./bert-words.ts"
import type { ForEachToken } from "./for-each-token.ts"

/** Settings of a WordPiece model. */
export interface WordPieceModel {
	readonly vocabulary: ReadonlyMap<string, number>
	/** Id of what stands for a word that cannot be put together. */
	readonly unknown: number
	/** What a piece begins with that does not begin a word: `##`. */
	readonly continuingPrefix: string
	/** A word of more code points is unknown. */
	readonly maxCharacters: number
}

/** The tokens of a text by BertPreTokenizer and WordPiece. */
export function wordPieces(model: WordPieceModel): ForEachToken {
	const forEachPiece = wordPiece(model)
	return (text, start, end, visit) =>
		forEachBertWord(text, start, end, (from, to) => forEachPiece(text, from, to, visit))
}

/**
 * Greedy longest-match-first WordPiece: `visit` is called for every piece of the word `text[start, end)`, or once with
 * the unknown token when some part of it matches nothing.
 */
function wordPiece(model: WordPieceModel): ForEachToken {
	const { vocabulary, unknown, continuingPrefix, maxCharacters } = model
	const continuing = continuingPieces(vocabulary, continuingPrefix)
	const longestStart = longest(vocabulary.keys())
	const longestContinuing = longest(continuing.keys())

	return (text, start, end, visit) => {
		if (end - start > maxCharacters && codePointsOf(text.slice(start, end)) > maxCharacters) {
			return visit(unknown, start, end)
		}
		// Most words are one token.
		const whole = vocabulary.get(text.slice(start, end))
		if (whole !== undefined) return visit(whole, start, end)
		const ids: number[] = []
		const ends: number[] = []
		for (let at = start; at < end; at = ends.at(-1)!) {
			const pieces = at === start ? vocabulary : continuing
			let stop = Math.min(end, at + (at === start ? longestStart : longestContinuing))
			let id: number | undefined
			while (stop > at && (id = pieces.get(text.slice(at, stop))) === undefined) stop--
			if (id === undefined) return visit(unknown, start, end)
			ids.push(id)
			ends.push(stop)
		}
		for (const [i, id] of ids.entries()) visit(id, i === 0 ? start : ends[i - 1]!, ends[i]!)
	}
}

function continuingPieces(vocabulary: ReadonlyMap<string, number>, prefix: string): ReadonlyMap<string, number> {
	const pieces = new Map<string, number>()
	for (const [token, id] of vocabulary) if (token.startsWith(prefix)) pieces.set(token.slice(prefix.length), id)
	return pieces
}

function longest(tokens: Iterable<string>): number {
	let length = 0
	for (const token of tokens) length = Math.max(length, token.length)
	return length
}

function codePointsOf(text: string): number {
	let count = 0
	for (const _ of text) count++
	return count
}
