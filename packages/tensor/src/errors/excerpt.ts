const longest = 200

/** Control characters, line ends of Unicode, and marks that turn the direction of writing. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu

/**
 * What a message shows of a user's data: at most 200 characters, on one line.
 *
 * @example
 * excerpt("two\nlines") // => "two\\nlines"
 */
export function excerpt(text: string): string {
	// Escapes only lengthen a text: what is far beyond the end need not be looked at.
	const line = oneLine(text.slice(0, longest + 1))
	if (line.length <= longest) return line
	return `${line.slice(0, longest - 3).replace(/[\ud800-\udbff]$/, "")}...`
}

/** The same text with escapes for what would end its line, move the cursor or hide. */
export function oneLine(text: string): string {
	return text.replace(unprintable, (character) => {
		const short = JSON.stringify(character).slice(1, -1)
		return short === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}` : short
	})
}
