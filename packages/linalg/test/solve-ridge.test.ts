import { f64, toBeAllclose } from "@winnow/testing"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Matrix64, matrix64, type RidgeResult, solveRidge } from "../src/index.ts"
import { at, naiveProduct, positiveDefinite, randomMatrix } from "./matrices.ts"

expect.extend({ toBeAllclose })

const conditioned = { rtol: 1e-9, atol: 1e-11 }

function solved(result: RidgeResult): Matrix64 {
	if (!result.ok) throw new Error(`pivot ${result.at} is ${result.pivot}`)
	return result.x
}

/** A + value I */
function shifted(a: Matrix64, value: number): Matrix64 {
	return matrix64(
		a.rows,
		a.rows,
		a.data.map((each, k) => each + (k % (a.rows + 1) === 0 ? value : 0)),
	)
}

describe("solveRidge", () => {
	it("meets the equations with the mean of the diagonal as its unit", async () => {
		const cases = fc.record({
			size: fc.integer({ min: 1, max: 12 }),
			columns: fc.integer({ min: 0, max: 4 }),
			damping: fc.constantFrom(1e-4, 0.01, 1, 30),
			seed: fc.integer({ min: 1, max: 1000 }),
		})
		await fc.assert(
			fc.asyncProperty(cases, async ({ size, columns, damping, seed }) => {
				const a = positiveDefinite(size, seed)
				const rhs = randomMatrix(size, columns, seed + 1)
				const x = solved(await solveRidge(a, rhs, { damping }))
				const mean = Array.from({ length: size }, (_, i) => at(a, i, i)).reduce((sum, value) => sum + value, 0) / size
				expect(naiveProduct(shifted(a, damping * mean), x).data).toBeAllclose(rhs.data, conditioned)
			}),
			{ seed: 1, numRuns: 100 },
		)
	})

	it("meets the equations of a singular matrix", async () => {
		// Of rank 2.
		const m = randomMatrix(2, 6)
		const a = naiveProduct(m, m, { transposeA: true })
		const rhs = randomMatrix(6, 3, 2)
		const x = solved(await solveRidge(a, rhs, { damping: 0.1, unit: 2 }))
		expect(naiveProduct(shifted(a, 0.2), x).data).toBeAllclose(rhs.data, conditioned)
	})

	it("raises the damping tenfold until there is a factor, and says so", async () => {
		// Eigenvalues 2.05 and -0.05.
		const a = matrix64(2, 2, Float64Array.of(1, 1.05, 1.05, 1))
		const result = await solveRidge(a, matrix64(2, 1, Float64Array.of(1, 1)), { damping: 0.001 })
		expect(result).toMatchObject({ ok: true, damping: 0.1 })
		expect(solved(result).data).toBeAllclose([1 / 2.15, 1 / 2.15], f64)
	})

	it("gives up where as much as the unit is not enough", async () => {
		const a = matrix64(2, 2, Float64Array.of(3, 6, 6, 3))
		const result = await solveRidge(a, matrix64(2, 1), { damping: 0.5, unit: 1 })
		expect(result).toEqual({ ok: false, at: 1, pivot: -5, damping: 1 })
	})

	it("is zero for a matrix of zeros", async () => {
		expect(solved(await solveRidge(matrix64(2, 2), randomMatrix(2, 3), { damping: 0.1 })).data).toEqual(
			new Float64Array(6),
		)
	})

	it("takes a matrix without rows", async () => {
		expect(solved(await solveRidge(matrix64(0, 0), matrix64(0, 3), { damping: 0.1 }))).toMatchObject({
			rows: 0,
			columns: 3,
		})
	})

	it("leaves its arguments as they are", async () => {
		const [a, rhs] = [positiveDefinite(4), randomMatrix(4, 2)]
		const before = structuredClone([a, rhs])
		await solveRidge(a, rhs, { damping: 0.1 })
		expect([a, rhs]).toEqual(before)
	})
})
