import { ShapeError } from "@winnow/tensor"
import { f64, toBeAllclose } from "@winnow/testing"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { matrix64, plainGemm64 } from "../src/index.ts"
import { naiveProduct, randomMatrix } from "./matrices.ts"

expect.extend({ toBeAllclose })

/** Sums of up to 600 terms in another order: what cancels is off by their size, not by its own. */
const reordered = { rtol: f64.rtol, atol: 1e-12 }

describe("plainGemm64", () => {
	it("equals the definition for every size and transposition", async () => {
		const size = fc.integer({ min: 0, max: 11 })
		const cases = fc.record({ m: size, k: size, n: size, transposeA: fc.boolean(), transposeB: fc.boolean() })
		await fc.assert(
			fc.asyncProperty(cases, async ({ m, k, n, transposeA, transposeB }) => {
				const a = transposeA ? randomMatrix(k, m, 1) : randomMatrix(m, k, 1)
				const b = transposeB ? randomMatrix(n, k, 2) : randomMatrix(k, n, 2)
				const options = { transposeA, transposeB }
				const product = await plainGemm64(a, b, options)
				expect([product.rows, product.columns]).toEqual([m, n])
				expect(product.data).toBeAllclose(naiveProduct(a, b, options).data, f64)
			}),
			{ seed: 1, numRuns: 200 },
		)
	})

	it.each([
		[64, 256, 512],
		[65, 257, 513],
		[130, 600, 3],
		[2, 5, 1030],
	])("equals the definition across the edges of its blocks (%i x %i x %i)", async (m, k, n) => {
		const a = randomMatrix(m, k, 3)
		const b = randomMatrix(n, k, 4)
		const product = await plainGemm64(a, b, { transposeB: true })
		expect(product.data).toBeAllclose(naiveProduct(a, b, { transposeB: true }).data, reordered)
	})

	it("leaves its operands as they are", async () => {
		const a = randomMatrix(5, 5, 5)
		const before = a.data.slice()
		await plainGemm64(a, a)
		expect(a.data).toEqual(before)
	})

	it("carries NaN and infinity where the definition does", async () => {
		const a = matrix64(2, 2, Float64Array.of(Number.NaN, 1, 1, 1))
		const b = matrix64(2, 1, Float64Array.of(Number.POSITIVE_INFINITY, 1))
		expect([...(await plainGemm64(a, b)).data]).toEqual([Number.NaN, Number.POSITIVE_INFINITY])
	})

	it("refuses sizes that do not fit", async () => {
		await expect(plainGemm64(matrix64(2, 3), matrix64(2, 3))).rejects.toThrow(ShapeError)
		await expect(plainGemm64(matrix64(2, 3), matrix64(2, 3))).rejects.toThrow(
			"gemm64: the inner size of b must be 3 as in a (was 2)",
		)
	})

	it("lets timers run while it works", async () => {
		let ticks = 0
		const timer = setInterval(() => ticks++, 1)
		// Several pauses long on any machine: a timer's turn comes after that of what waits for the first one.
		await plainGemm64(randomMatrix(1280, 1280), randomMatrix(1280, 1280))
		clearInterval(timer)
		expect(ticks).toBeGreaterThan(0)
	})
})

describe("matrix64", () => {
	it("is zero without data and holds the data it is given", () => {
		expect(matrix64(2, 2)).toEqual({ rows: 2, columns: 2, data: new Float64Array(4) })
		const data = new Float64Array(6)
		expect(matrix64(2, 3, data).data).toBe(data)
	})

	it("refuses data of another size", () => {
		expect(() => matrix64(2, 3, new Float64Array(5))).toThrow("the data of [2, 3] must be 6 long (was 5)")
	})
})
