/** Random integers from 0 up to but without `bound`. */
export type Random = (bound: number) => number

/** Random integers that a seed determines: a counter in steps of the golden ratio, scrambled as in MurmurHash3. */
export function randomFrom(seed: number): Random {
	let counter = Math.imul(seed, 0x85ebca6b)
	return (bound) => {
		counter = (counter + 0x9e3779b9) | 0
		let word = Math.imul(counter ^ (counter >>> 16), 0x85ebca6b)
		word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35)
		return Math.floor((((word ^ (word >>> 16)) >>> 0) / 2 ** 32) * bound)
	}
}

export function oneOf<T>(list: readonly T[], random: Random): T {
	const drawn = list[random(list.length)]
	if (drawn === undefined) throw new RangeError("oneOf: the list must have an element (was empty)")
	return drawn
}
