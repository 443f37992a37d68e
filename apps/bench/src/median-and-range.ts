/** As `1.42 (1.38 to 1.51)`. */
export function medianAndRange(values: readonly number[]): string {
	const sorted = values.toSorted((a, b) => a - b)
	const [least, median, most] = [sorted[0]!, sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!]
	return `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`
}
