/** The value below which a share of the values lies, linear between neighbours. */
export function quantile(values: ArrayLike<number>, share: number): number {
	const sorted = Float64Array.from(values).sort()
	const at = share * (sorted.length - 1)
	const below = Math.floor(at)
	const above = Math.min(below + 1, sorted.length - 1)
	return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!)
}

export function median(values: ArrayLike<number>): number {
	return quantile(values, 0.5)
}

/** Of a normal distribution: its deviation as a multiple of the median absolute deviation, and that of a median as one of the mean's. */
const [deviation, ofMedian] = [1.4826, 1.2533]

/** Standard error of the median of values of which few are far off: from the median absolute deviation. */
export function standardError(values: ArrayLike<number>): number {
	const middle = median(values)
	const off = Float64Array.from(values, (value) => Math.abs(value - middle))
	return (ofMedian * deviation * median(off)) / Math.sqrt(values.length)
}
