/** Of the same run with several seeds. */
export interface Summary {
	readonly mean: number
	/** Sample standard deviation, divided by n - 1; undefined of a single value. */
	readonly spread: number | undefined
	readonly least: number
	readonly most: number
}

/** Undefined without values, or when one of them is undefined itself: a mean of the others would flatter. */
export function summary(values: readonly (number | null)[]): Summary | undefined {
	const known = values.filter((value) => value !== null)
	if (known.length === 0 || known.length < values.length) return undefined
	const n = known.length
	const mean = known.reduce((sum, value) => sum + value, 0) / n
	const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0)
	const spread = n > 1 ? Math.sqrt(squares / (n - 1)) : undefined
	return { mean, spread, least: Math.min(...known), most: Math.max(...known) }
}
