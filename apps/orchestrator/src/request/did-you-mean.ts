/**
 * The word with a question after it, if it is most likely a misspelt one of others: at most two slips, and fewer than half of its letters.
 *
 * @example
 * didYouMean("winow", ["winnow", "kwon2022"]) // => "winow; did you mean winnow?"
 */
export function didYouMean(word: string, known: readonly string[]): string {
	const given = plain(word)
	const slips = known.map((name) => slipsBetween(given, plain(name)))
	const least = Math.min(2, ...slips)
	const nearest = known[slips.indexOf(least)]
	return nearest === undefined || 2 * least >= given.length ? word : `${word}; did you mean ${nearest}?`
}

/** `--max-drop`, `max_drop` and `maxDrop` are one slip of the tongue. */
const plain = (word: string) => word.toLowerCase().replace(/[-_\s]/g, "")

/** Letters that are missing, too many, others or swapped with a neighbour: the distance of Damerau and Levenshtein, restricted. */
function slipsBetween(a: string, b: string): number {
	const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j))
	for (let i = 1; i <= a.length; i++) {
		for (let j = 1; j <= b.length; j++) {
			const other = a[i - 1] === b[j - 1] ? 0 : 1
			const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
			rows[i]![j] = Math.min(
				rows[i - 1]![j]! + 1,
				rows[i]![j - 1]! + 1,
				rows[i - 1]![j - 1]! + other,
				swapped ? rows[i - 2]![j - 2]! + 1 : Number.POSITIVE_INFINITY,
			)
		}
	}
	return rows[a.length]![b.length]!
}
