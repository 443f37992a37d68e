import { InvalidInputError } from "@winnow/tensor"
import { splitmix64 } from "./splitmix64.ts"
import { xoshiro128 } from "./xoshiro128.ts"

export interface DrawOptions {
	/** A natural number; the same one draws the same rows, on every machine. */
	readonly seed: number
	/** Whether a row may be drawn more than once, as in the paper's code. Default: false. */
	readonly replacement?: boolean | undefined
}

/**
 * Draws calibration rows at random, each equally likely, in the order drawn.
 *
 * xoshiro128** seeded by SplitMix64 (two outputs, low word first); integers by rejection, so that none is favoured; without
 * replacement by the first `count` steps of a Fisher-Yates shuffle.
 *
 * @param rows - how many there are to choose from
 * @param count - how many to draw
 * @throws {InvalidInputError} when a number is not natural, or more rows are asked for than there are
 * @example
 * drawIndices(67_349, 2048, { seed: 0 })
 */
export function drawIndices(rows: number, count: number, { seed, replacement = false }: DrawOptions): Uint32Array {
	if (!Number.isSafeInteger(seed) || seed < 0) throw new InvalidInputError("draw", "seed", "a natural number", seed)
	if (!Number.isSafeInteger(count) || count < 1) throw new InvalidInputError("draw", "samples", "at least 1", count)
	if (!Number.isSafeInteger(rows) || rows < 1 || rows > 2 ** 32) {
		throw new InvalidInputError("draw", "rows", "from 1 to 2^32", rows)
	}
	if (!replacement && count > rows) throw new InvalidInputError("draw", "samples", `at most ${rows} rows`, count)
	const below = integersBelow(xoshiro128(stateFrom(seed)))
	return replacement ? new Uint32Array(count).map(() => below(rows)) : shuffledStart(rows, count, below)
}

function shuffledStart(rows: number, count: number, below: (bound: number) => number): Uint32Array {
	const order = new Uint32Array(rows).map((_, row) => row)
	for (let i = 0; i < count; i++) {
		const j = i + below(rows - i)
		const drawn = order[j]!
		order[j] = order[i]!
		order[i] = drawn
	}
	return order.slice(0, count)
}

/** Integers in [0, bound). Draws beyond the last whole multiple of the bound are thrown away. */
function integersBelow(next: () => number): (bound: number) => number {
	return (bound) => {
		const limit = 2 ** 32 - (2 ** 32 % bound)
		let drawn = next()
		while (drawn >= limit) drawn = next()
		return drawn % bound
	}
}

function stateFrom(seed: number): Uint32Array {
	const next = splitmix64(BigInt(seed))
	return Uint32Array.from([next(), next()].flatMap((word) => [Number(word & 0xffffffffn), Number(word >> 32n)]))
}
