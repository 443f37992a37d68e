import { unitsOf } from "./aligned-text.ts"
import { characterClass, isLetter, isNumber, isSpace } from "./character-class.ts"

const contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]

const kinds = isLetter | isNumber | isSpace

/**
 * Splits a text as GPT-2 and RoBERTa do, calling `visit` for every word; words cover the text.
 *
 *   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+      (encoder.py of GPT-2)
 *
 * Not the engine's regular expression: its letters and numbers are those of another Unicode, and its \s has U+FEFF.
 */
export function forEachByteLevelWord(text: string, visit: (start: number, end: number) => void): void {
	for (let start = 0; start < text.length; ) {
		const end = endOfWord(text, start)
		visit(start, end)
		start = end
	}
}

function endOfWord(text: string, start: number): number {
	const contraction = contractions.find((of) => text.startsWith(of, start))
	if (contraction) return start + contraction.length
	const first = text[start] === " " ? start + 1 : start
	const kind = kindAt(text, first)
	if (kind !== undefined && kind !== isSpace) return endOfRun(text, first, kind)
	// The last of several white spaces is left to what follows. White space is all in the basic plane.
	const end = endOfRun(text, start, isSpace)
	return end < text.length && end > start + 1 ? end - 1 : end
}

function endOfRun(text: string, start: number, kind: number): number {
	let end = start
	while (kindAt(text, end) === kind) end += unitsOf(text.codePointAt(end)!)
	return end
}

/** One of the kinds, 0 for a character of none; undefined at the end of the text. */
function kindAt(text: string, i: number): number | undefined {
	const codePoint = text.codePointAt(i)
	return codePoint === undefined ? undefined : characterClass[codePoint]! & kinds
}
