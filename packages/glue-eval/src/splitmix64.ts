const mask64 = (1n << 64n) - 1n

/**
 * SplitMix64 (Steele, Lea, Flood 2014; Vigna's constants): spreads a seed over the state of another generator.
 *
 * @returns the next 64 bits at each call
 */
export function splitmix64(seed: bigint): () => bigint {
	let state = seed & mask64
	return () => {
		state = (state + 0x9e3779b97f4a7c15n) & mask64
		let z = state
		z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask64
		z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask64
		return z ^ (z >> 31n)
	}
}
