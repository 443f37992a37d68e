import { unitsOf } from "./aligned-text.ts"
import { characterClass, isSpace } from "./character-class.ts"
import type { Vocabulary } from "./vocabulary.ts"

/** How the library's `trim_offsets` takes spaces out of the place of a token. */
export interface SpaceTrimming {
	/** A single space at the start of a text is taken for one that was put there, and left alone. */
	readonly keepsPrefixSpace: boolean
	/** Spaces around each vocabulary token. */
	readonly ofVocabulary: (id: number) => SpacesAround
}

/** Spaces that a token begins and ends with; both are all of them for a token of nothing else. */
export interface SpacesAround {
	readonly leading: number
	readonly trailing: number
}

/** The character that stands for the byte 0x20 in byte-level tokens. */
const byteLevelSpace = "Ġ"

/** Counts the white space around a token as it is written in the vocabulary, or as an added token matched. */
export function spacesAround(token: string): SpacesAround {
	const { length } = token
	let leading = 0
	while (leading < length && isSpaceAt(token, leading)) leading++
	let trailing = 0
	while (trailing < length && isSpaceAt(token, length - 1 - trailing)) trailing++
	return { leading, trailing }
}

/** Spaces around each token of a vocabulary. */
export function vocabularySpaces(vocabulary: Vocabulary): (id: number) => SpacesAround {
	const spaces: SpacesAround[] = []
	for (const [token, id] of vocabulary) spaces[id] = spacesAround(token)
	return (id) => spaces[id]!
}

function isSpaceAt(token: string, i: number): boolean {
	return token[i] === byteLevelSpace || (characterClass[token.charCodeAt(i)]! & isSpace) !== 0
}

/**
 * The place of a token without the spaces around it, as the library counts: by the spaces of the token, each a code
 * point of the text, whether or not one is there.
 *
 * So it moves past the first character behind a space that was only put there, and no place grows.
 *
 * @param place - `[start, end)` of the token in `text`
 * @param keepsSingle - a leading space stays where it is the only one
 */
export function trimmed(
	text: string,
	place: readonly [start: number, end: number],
	{ leading, trailing }: SpacesAround,
	keepsSingle: boolean,
): readonly [start: number, end: number] {
	let [start, end] = place
	const steps = keepsSingle && leading === 1 ? 0 : leading
	for (let i = 0; i < steps && start < end; i++) start += unitsOf(text.codePointAt(start)!)
	const before = stepsBack(text, end, trailing)
	if (before !== undefined) end = Math.max(start, before)
	return [start, end]
}

/** The place `count` code points before `from`; undefined where the text has fewer. */
function stepsBack(text: string, from: number, count: number): number | undefined {
	let at = from
	for (let i = 0; i < count; i++) {
		if (at === 0) return undefined
		at -= at > 1 && text.codePointAt(at - 2)! > 0xffff ? 2 : 1
	}
	return at
}
