import { unitsOf } from "./aligned-text.ts"
import { characterClass, isPunctuation, isSpace } from "./character-class.ts"

/** BertPreTokenizer: calls `visit` for every word of `text[start, end)`: white space separates, a punctuation character is a word. */
export function forEachBertWord(
	text: string,
	start: number,
	end: number,
	visit: (start: number, end: number) => void,
): void {
	let wordStart = start
	for (let i = start; i < end; ) {
		const codePoint = text.codePointAt(i)!
		const next = i + unitsOf(codePoint)
		const kind = characterClass[codePoint]!
		if (kind & (isSpace | isPunctuation)) {
			if (wordStart < i) visit(wordStart, i)
			if (kind & isPunctuation) visit(i, next)
			wordStart = next
		}
		i = next
	}
	if (wordStart < end) visit(wordStart, end)
}
