/** A floating-point format of 16 bits and its conversions, element by element, into an array that is at least as long. */
export interface HalfFormat {
	/** Smallest magnitude that rounds to infinity. */
	readonly limit: number
	/** Exact: every 16-bit number is a float32. */
	widen(bits: Uint16Array, into: Float32Array): void
	/** Rounds to nearest, ties to even, as IEEE 754 does: infinity from `limit` on, NaN stays NaN. */
	narrow(values: Float32Array, into: Uint16Array): void
}

/** Index of the first value that is NaN or not below `limit` in magnitude; -1: none. */
export function firstBeyond(values: Float32Array, limit: number): number {
	// Negated, so that NaN is found, too.
	for (let i = 0; i < values.length; i++) if (!(Math.abs(values[i]!) < limit)) return i
	return -1
}
