/**
 * xoshiro128** 1.1 (Blackman and Vigna 2021), a generator of 32 random bits with period 2^128 - 1.
 *
 * @param state - four words of 32 bits, not all 0
 * @returns the next integer in [0, 2^32) at each call
 */
export function xoshiro128(state: Uint32Array): () => number {
	let [a, b, c, d] = state as unknown as [number, number, number, number]
	return () => {
		const result = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0
		const shifted = b << 9
		c ^= a
		d ^= b
		b ^= c
		a ^= d
		c ^= shifted
		d = rotated(d, 11)
		return result
	}
}

function rotated(word: number, bits: number): number {
	return (word << bits) | (word >>> (32 - bits))
}
