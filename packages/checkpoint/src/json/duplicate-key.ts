/**
 * The first key that stands twice in one object of a JSON text, or `undefined`.
 *
 * `JSON.parse` keeps the last of two equal keys without a word, so two readers of one file could see different values.
 * Keys are compared as they read, not as they are escaped: `"a"` and `"\u0061"` are the same.
 *
 * @param text - JSON that `JSON.parse` has accepted
 * @example
 * duplicateKey('{"a": 1, "b": {"a": 2}, "a": 3}') // => "a"
 */
export function duplicateKey(text: string): string | undefined {
	const seen: Set<string>[] = []
	for (let i = 0; i < text.length; i++) {
		const character = text[i]
		if (character === "{" || character === "[") seen.push(new Set())
		else if (character === "}" || character === "]") seen.pop()
		else if (character === '"') {
			const end = closingQuote(text, i)
			if (isKey(text, end)) {
				const key: string = JSON.parse(text.slice(i, end + 1))
				if (seen.at(-1)!.has(key)) return key
				seen.at(-1)!.add(key)
			}
			i = end
		}
	}
	return undefined
}

function closingQuote(text: string, opening: number): number {
	let i = opening + 1
	while (text[i] !== '"') i += text[i] === "\\" ? 2 : 1
	return i
}

/** In valid JSON a string before a colon is a key. */
function isKey(text: string, end: number): boolean {
	let i = end + 1
	while (text[i] === " " || text[i] === "\n" || text[i] === "\r" || text[i] === "\t") i++
	return text[i] === ":"
}
