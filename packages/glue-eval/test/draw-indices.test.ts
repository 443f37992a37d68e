import { InvalidInputError } from "@winnow/tensor"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { drawIndices } from "../src/index.ts"
import { splitmix64 } from "../src/splitmix64.ts"
import { xoshiro128 } from "../src/xoshiro128.ts"
import golden from "./fixtures/draws.json" with { type: "json" }

const take = <T>(count: number, next: () => T) => Array.from({ length: count }, next)

/** Pearson's statistic against equally likely outcomes: about as large as there are outcomes. */
function chiSquared(counts: readonly number[]): number {
	const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
	return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

function histogram(values: Iterable<number>, bins: number): number[] {
	const counts = new Array<number>(bins).fill(0)
	for (const value of values) counts[value]!++
	return counts
}

describe("generators", () => {
	// Published outputs of the authors' C programs, which rand_xoshiro's tests quote.
	test("SplitMix64 is the reference's", () => {
		expect(take(5, splitmix64(1477776061723855037n))).toEqual([
			1985237415132408290n,
			2979275885539914483n,
			13511426838097143398n,
			8488337342461049707n,
			15141737807933549159n,
		])
	})

	test("xoshiro128** is the reference's", () => {
		expect(take(10, xoshiro128(Uint32Array.of(1, 2, 3, 4)))).toEqual([
			11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
		])
	})
})

describe("draws", () => {
	test.each(golden)("$count of $rows with seed $seed are those of a second implementation", (expected) => {
		const { rows, count, seed, replacement } = expected
		expect([...drawIndices(rows, count, { seed, replacement })]).toEqual(expected.indices)
	})

	test("no row is drawn twice without replacement, and all are when all are asked for", () => {
		const cases = fc.record({
			rows: fc.integer({ min: 1, max: 300 }),
			part: fc.double({ min: 0, max: 1, noNaN: true }),
			seed: fc.nat(),
		})
		fc.assert(
			fc.property(cases, ({ rows, part, seed }) => {
				const count = Math.max(1, Math.floor(part * rows))
				const drawn = drawIndices(rows, count, { seed })
				expect(new Set(drawn).size).toBe(count)
				expect(Math.max(...drawn)).toBeLessThan(rows)
				expect(drawIndices(rows, rows, { seed }).sort()).toEqual(new Uint32Array(rows).map((_, row) => row))
			}),
			{ seed: 12, numRuns: 200 },
		)
	})

	test("fewer are the beginning of more, and another seed draws others", () => {
		const many = drawIndices(1000, 500, { seed: 3 })
		expect(drawIndices(1000, 100, { seed: 3 })).toEqual(many.subarray(0, 100))
		expect(drawIndices(1000, 500, { seed: 4 })).not.toEqual(many)
	})

	// Thresholds: the statistic exceeds them once in 1,000 seeds; the seeds are fixed.
	test("every row is equally likely with replacement", () => {
		const drawn = drawIndices(10, 100_000, { seed: 0, replacement: true })
		expect(chiSquared(histogram(drawn, 10))).toBeLessThan(27.9)
	})

	test("every order is equally likely without", () => {
		const orders = ["0,1,2", "0,2,1", "1,0,2", "1,2,0", "2,0,1", "2,1,0"]
		const drawn = Array.from({ length: 6000 }, (_, seed) => orders.indexOf(drawIndices(3, 3, { seed }).join()))
		expect(chiSquared(histogram(drawn, 6))).toBeLessThan(20.5)
	})

	test("rows beyond half the range of the generator are not favoured", () => {
		const rows = 3 * 2 ** 30
		const thirds = Array.from(drawIndices(rows, 30_000, { seed: 0, replacement: true }), (row) =>
			Math.floor(row / 2 ** 30),
		)
		expect(chiSquared(histogram(thirds, 3))).toBeLessThan(13.8)
	})
})

describe("refusals", () => {
	test("more samples than rows, unless rows may come again", () => {
		expect(() => drawIndices(5, 6, { seed: 0 })).toThrow(new InvalidInputError("draw", "samples", "at most 5 rows", 6))
		expect(drawIndices(5, 6, { seed: 0, replacement: true })).toHaveLength(6)
	})

	test("numbers that are not natural", () => {
		for (const count of [0, -1, 1.5, Number.NaN]) {
			expect(() => drawIndices(5, count, { seed: 0 })).toThrow(`draw: samples must be at least 1 (was ${count})`)
		}
		for (const seed of [-1, 0.5, 2 ** 53]) {
			expect(() => drawIndices(5, 1, { seed })).toThrow(`draw: seed must be a natural number (was ${seed})`)
		}
		expect(() => drawIndices(0, 1, { seed: 0, replacement: true })).toThrow("draw: rows must be from 1 to 2^32 (was 0)")
	})
})
