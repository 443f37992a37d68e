import type { Data } from "../graph/graph.ts"
import { shown } from "../graph/shapes.ts"
import { demand } from "./demand.ts"

/** |actual - expected| <= atol + rtol |expected|, with atol in units of the largest expected magnitude, or of 1 if that is more. */
export interface Tolerance {
	readonly rtol?: number
	readonly atol?: number
	/** Magnitude that atol refers to at least (default 1: the size of what is fed). */
	readonly least?: number
}

/** The same numbers. */
export const exact: Tolerance = { rtol: 0, atol: 0 }

/**
 * Compares what a runtime computed with what it should have.
 *
 * The defaults suit float32 sums of up to a hundred terms of magnitude 1: float32 rounds at 6e-8.
 *
 * @throws {WinnowError} naming the worst element, or the shape or type that differs
 */
export function checkClose(
	what: string,
	actual: Data,
	expected: Data,
	{ rtol = 1e-5, atol = 1e-6, least = 1 }: Tolerance = {},
): void {
	demand(
		shown(actual.shape) === shown(expected.shape),
		`the shape of ${what}`,
		shown(expected.shape),
		shown(actual.shape),
	)
	const { length } = expected.data
	demand(actual.data.length === length, `the data of ${what}`, `${length} long`, actual.data.length)
	const int = expected.data instanceof Int32Array
	const fits = int ? actual.data instanceof Int32Array : isFloat(actual)
	demand(fits, `the data of ${what}`, int ? "an Int32Array" : "floats", actual.data.constructor.name)
	const worst = worstElement(actual, expected, rtol, int ? 0 : atol * Math.max(least, largest(expected)))
	if (worst === undefined) return
	const element = `${what}${shown(indexOf(worst, expected.shape))}`
	demand(false, element, String(expected.data[worst]), Number(actual.data[worst]))
}

function worstElement(actual: Data, expected: Data, rtol: number, atol: number): number | undefined {
	let worst: number | undefined
	let excess = 0
	for (let i = 0; i < expected.data.length; i++) {
		const [a, b] = [Number(actual.data[i]), Number(expected.data[i])]
		const over = Math.abs(a - b) - (atol + rtol * Math.abs(b))
		if (over <= excess) continue
		worst = i
		if (Number.isNaN(over)) break
		excess = over
	}
	return worst
}

function largest({ data }: Data): number {
	let max = 0
	for (const element of data) max = Math.max(max, Math.abs(Number(element)))
	return max
}

function indexOf(position: number, shape: readonly number[]): number[] {
	const index: number[] = []
	let rest = position
	for (const size of shape.toReversed()) {
		index.unshift(rest % size)
		rest = Math.floor(rest / size)
	}
	return index
}

const isFloat = ({ data }: Data) => data instanceof Float32Array || data instanceof Float64Array
