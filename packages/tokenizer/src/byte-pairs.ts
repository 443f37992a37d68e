import { byteCharacters } from "./byte-characters.ts"
import { type MergeOf, mergedSymbols, type Symbols } from "./merged-symbols.ts"

/** Settings of a BPE model over bytes. */
export interface BytePairModel {
	readonly vocabulary: ReadonlyMap<string, number>
	readonly mergeOf: MergeOf
	/** Id of what stands for a byte that is not in the vocabulary. Undefined: such bytes are left out. */
	readonly unknown: number | undefined
	/** Unknown bytes in a row are one token. */
	readonly fusesUnknown: boolean
}

/** Tokens of a word, with the places `[start, end)` in it of the code points that their bytes are of. */
export interface Pieces {
	readonly ids: readonly number[]
	readonly starts: readonly number[]
	readonly ends: readonly number[]
}

const utf8 = new TextEncoder()

/**
 * Lengths of symbols are counted in UTF-8 bytes of the characters that stand for the bytes of a word, as the library
 * does: when bytes are left out, those behind them move up by as much, and that shows in their places.
 */
const lengthOfByte = byteCharacters.map((character) => utf8.encode(character).length)

/** Byte-pair encoding of a word. */
export function bytePairs(model: BytePairModel): (word: string) => Pieces {
	const symbolsOf = byteSymbols(model)
	return (word) => placed(mergedSymbols(symbolsOf(word), model.mergeOf), word)
}

/** A symbol for every byte, or every row of unknown ones. */
function byteSymbols({ vocabulary, unknown, fusesUnknown }: BytePairModel): (word: string) => Symbols {
	const idOfByte = byteCharacters.map((character) => vocabulary.get(character))
	const fuses = fusesUnknown && unknown !== undefined
	return (word) => {
		const symbols: Symbols = { ids: [], lengths: [] }
		let wasUnknown = false
		for (const byte of utf8.encode(word)) {
			const isUnknown = idOfByte[byte] === undefined
			const id = idOfByte[byte] ?? unknown
			if (fuses && isUnknown && wasUnknown) {
				symbols.lengths[symbols.lengths.length - 1]! += lengthOfByte[byte]!
			} else if (id !== undefined) {
				symbols.ids.push(id)
				symbols.lengths.push(lengthOfByte[byte]!)
			}
			wasUnknown = isUnknown
		}
		return symbols
	}
}

/** Gives symbols their places, one behind another from the start of the word. */
function placed({ ids, lengths }: Symbols, word: string): Pieces {
	const places = placesIn(word)
	const starts: number[] = []
	const ends: number[] = []
	let at = 0
	for (const length of lengths) {
		starts.push(places[at]![0])
		at += length
		ends.push(places[at - 1]![1])
	}
	return { ids, starts, ends }
}

/** For all that lengths count, the place of the code point that it is of. */
function placesIn(word: string): [start: number, end: number][] {
	const places: [number, number][] = []
	let start = 0
	for (const character of word) {
		const end = start + character.length
		for (const byte of utf8.encode(character)) {
			for (let i = 0; i < lengthOfByte[byte]!; i++) places.push([start, end])
		}
		start = end
	}
	return places
}
