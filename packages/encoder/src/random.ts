/** Numbers in [0, 1), multiples of 2^-24 (exact in float32), that a seed determines: mulberry32 without its lowest bits. */
export function uniformFrom(seed: number): () => number {
	let state = seed >>> 0
	return () => {
		state = (state + 0x6d2b79f5) >>> 0
		let word = Math.imul(state ^ (state >>> 15), state | 1)
		word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
		return ((word ^ (word >>> 14)) >>> 8) / 2 ** 24
	}
}

/** Numbers of mean 0 and variance 1, normally distributed (Box and Muller). */
export function normalFrom(seed: number): () => number {
	const uniform = uniformFrom(seed)
	return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}
