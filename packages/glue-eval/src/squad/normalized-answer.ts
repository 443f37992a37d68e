// The scripts are Python's: its \b and \w know all of Unicode, its split() other white space than JavaScript's \s.
const punctuation = /[!-/:-@[-`{-~]/g
const articles = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python's white space has these
const whiteSpace = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/

/**
 * An answer as SQuAD's official scripts compare it: lower case, without ASCII punctuation and the articles a, an, the, words parted by
 * one space.
 *
 * @example
 * normalizedAnswer("The Calvin-Benson  cycle.") // => "calvinbenson cycle"
 */
export function normalizedAnswer(text: string): string {
	return wordsOf(text).join(" ")
}

/** The words that F1 counts: those of the normalised answer. */
export function wordsOf(text: string): string[] {
	const bare = text.toLowerCase().replace(punctuation, "").replace(articles, " ")
	return bare.split(whiteSpace).filter((word) => word !== "")
}
