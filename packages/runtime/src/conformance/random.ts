/** Uniform numbers in [0, 1): the same on every machine. */
export type Random = () => number

/** The 32-bit generator "splitmix32": additive steps, mixed; enough for test inputs. */
export function random(seed: number): Random {
	let state = seed | 0
	return () => {
		state = (state + 0x9e3779b9) | 0
		let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
		mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
		return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
	}
}

/** What an element of an input is drawn as. */
export type Draw = (random: Random) => number

/** Standard normal (Box and Muller). */
export const normal: Draw = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

export const between =
	(low: number, high: number): Draw =>
	(random) =>
		low + (high - low) * random()

/** Magnitude 0.5 to 2, either sign: what can be divided by. */
export const awayFromZero: Draw = (random) => (random() < 0.5 ? -1 : 1) * between(0.5, 2)(random)

/** 0, 1, ... count - 1 */
export const indexBelow =
	(count: number): Draw =>
	(random) =>
		Math.floor(count * random())

/** `size` drawn elements, in the precision in which runtimes take them. */
export function drawn(size: number, random: Random, draw: Draw = normal): Float32Array {
	return Float32Array.from({ length: size }, () => draw(random))
}
