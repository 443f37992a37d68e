import { toBeAllclose } from "@winnow/testing"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { DowndatedMatrix, type Gemm64, type Matrix64, matrix64, plainGemm64, subtractProduct } from "../src/index.ts"
import { at, naiveProduct, positiveDefinite, randomMatrix } from "./matrices.ts"

expect.extend({ toBeAllclose })

const summed = { rtol: 1e-11, atol: 1e-12 }

/** M -= x^T y, element by element. */
function subtracted(m: Matrix64, x: Matrix64, y: Matrix64): Matrix64 {
	const product = naiveProduct(x, y, { transposeA: true })
	return matrix64(
		m.rows,
		m.columns,
		m.data.map((value, k) => value - product.data[k]!),
	)
}

function part(m: Matrix64, rows: ArrayLike<number>, columns: ArrayLike<number>): Matrix64 {
	const values = Array.from(rows).flatMap((i) => Array.from(columns).map((j) => at(m, i, j)))
	return matrix64(rows.length, columns.length, Float64Array.from(values))
}

const all = (size: number) => Uint32Array.from({ length: size }, (_, i) => i)

describe("DowndatedMatrix", () => {
	it("is the matrix less all products, whenever they were settled and whatever was dropped", async () => {
		const steps = fc.array(
			fc.record({
				ranks: fc.integer({ min: 1, max: 3 }),
				settle: fc.boolean(),
				drop: fc.integer({ min: 0, max: 2 }),
			}),
			{ minLength: 1, maxLength: 5 },
		)
		await fc.assert(
			fc.asyncProperty(steps, fc.integer({ min: 1, max: 1000 }), async (todo, seed) => {
				let expected = positiveDefinite(12, seed)
				const m = new DowndatedMatrix(matrix64(12, 12, expected.data.slice()), 32)
				for (const [k, { ranks, settle, drop }] of todo.entries()) {
					const x = randomMatrix(ranks, m.size, seed + k)
					const y = randomMatrix(ranks, m.size, seed + k + 100)
					m.subtract(x, y)
					m.subtract(y, x)
					expected = subtracted(subtracted(expected, x, y), y, x)
					const asked = Uint32Array.of(m.size - 1, 0)
					expect(m.rows(asked).data).toBeAllclose(part(expected, asked, all(m.size)).data, summed)
					expect(m.block(asked).data).toBeAllclose(part(expected, asked, asked).data, summed)
					if (!settle) continue
					const keep = all(m.size).filter((i) => i >= drop && i !== 4)
					await m.settle(keep)
					expected = part(expected, keep, keep)
					expect(m.noted).toBe(0)
					expect(m.rows(all(m.size)).data).toBeAllclose(expected.data, summed)
				}
			}),
			{ seed: 1, numRuns: 60 },
		)
	})

	it("can lose all its rows", async () => {
		const m = new DowndatedMatrix(positiveDefinite(3), 2)
		await m.settle(Uint32Array.of())
		expect([m.size, m.rows(Uint32Array.of()).data.length]).toEqual([0, 0])
	})

	it("settles all that is noted by one product", async () => {
		let calls = 0
		const gemm: Gemm64 = (a, b, options) => {
			calls++
			return plainGemm64(a, b, options)
		}
		const m = new DowndatedMatrix(positiveDefinite(5), 4)
		const x = randomMatrix(2, 5)
		m.subtract(x, x)
		m.subtract(x, x)
		await m.settle(all(5), gemm)
		expect(calls).toBe(1)
	})

	it("refuses more than it has capacity for", () => {
		const m = new DowndatedMatrix(positiveDefinite(3), 1)
		expect(() => m.subtract(randomMatrix(2, 3), randomMatrix(2, 3))).toThrow(
			"downdated matrix: the noted ranks must be at most 1 (was 2)",
		)
	})

	it("refuses a matrix that is not square", () => {
		expect(() => new DowndatedMatrix(matrix64(2, 3), 1)).toThrow(
			"downdated matrix: the matrix must be square (was [2,3])",
		)
	})
})

describe("subtractProduct", () => {
	it.each([0, 1, 3, 4, 5, 8, 11])("takes %i ranks away, and reads no more of them than there are", (ranks) => {
		const target = randomMatrix(3, 7)
		const [coefficients, x] = [randomMatrix(ranks, 3, 2), randomMatrix(ranks + 2, 7, 3)]
		const used = matrix64(ranks, 7, x.data.slice(0, ranks * 7))
		const expected = subtracted(target, coefficients, used)
		subtractProduct(target, coefficients, x)
		expect(target.data).toBeAllclose(expected.data, summed)
	})
})
