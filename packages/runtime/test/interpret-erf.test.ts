import { type Closeness, exact, toBeAllclose } from "@winnow/testing"
import { expect, test } from "vitest"
import { erf } from "../src/interpret/erf.ts"

expect.extend({ toBeAllclose })

// Integers over 2^bits: every float64 used below and every partial sum is exact or off by 2^-500.
const bits = 500n
const one = 1n << bits

/** The float64 itself, without rounding, as long as it is no smaller than about 2^-440. */
function fixed(x: number): bigint {
	const scaled = x * 2 ** 60
	return Number.isInteger(scaled) ? BigInt(scaled) << (bits - 60n) : fixed(x * 2 ** 20) >> 20n
}

function squareRoot(x: bigint): bigint {
	let root = one
	for (let i = 0; i < 20; i++) root = (root + (x << bits) / root) >> 1n
	return root
}

/** Machin: pi = 16 atan(1/5) - 4 atan(1/239). */
function pi(): bigint {
	const arctangentOfInverse = (n: bigint) => {
		let sum = 0n
		let power = one / n
		for (let k = 1n; power !== 0n; k += 2n) {
			sum += k % 4n === 1n ? power / k : -(power / k)
			power /= n * n
		}
		return sum
	}
	return 16n * arctangentOfInverse(5n) - 4n * arctangentOfInverse(239n)
}

/** 2 / sqrt(pi) sum of (-1)^n x^(2n+1) / (n! (2n+1)), in 500 binary places. */
function exactErf(x: number): number {
	const at = fixed(x)
	let sum = 0n
	let power = at
	for (let n = 1n; power !== 0n && power !== -1n; n++) {
		sum += power / (2n * n - 1n)
		power = -((((power * at) >> bits) * at) >> bits) / n
	}
	return Number((((2n * sum) << bits) / squareRoot(pi())) >> (bits - 200n)) / 2 ** 200
}

const units: Closeness = { rtol: 2 ** -51, atol: 0 }

test("the oracle knows two published values", () => {
	// Abramowitz and Stegun, table 7.1
	expect(exactErf(0.5).toFixed(10)).toBe("0.5204998778")
	expect(exactErf(1).toFixed(10)).toBe("0.8427007929")
})

test("erf agrees with its series in 500-bit arithmetic to 4e-16 relative", () => {
	const grid = Array.from({ length: 650 }, (_, i) => i / 100 - 0.001)
	const edges = [0.5, 0.5 + 2 ** -53, 4, 4 + 2 ** -50, 5.9, 5.999, 1e-3, 1e-9, 2 ** -40]
	const points = [...grid, ...edges].flatMap((x) => [x, -x])
	expect(points.map(erf)).toBeAllclose(points.map(exactErf), units)
})

test("erf is odd, exact at its special values and keeps NaN", () => {
	const special = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 30, 1e-300]
	const values = [0, 1, -1, Number.NaN, 1, 1e-300 * (2 / Math.sqrt(Math.PI))]
	expect(special.map(erf)).toBeAllclose(values, { ...exact, rtol: 2 ** -52 })
	expect(Object.is(erf(-0), -0)).toBe(true)
})
