import { ShapeError } from "@winnow/tensor"
import { toBeAllclose } from "@winnow/testing"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
	type Cholesky,
	cholesky,
	type Gemm64,
	type Matrix64,
	matrix64,
	plainGemm64,
	solveCholesky,
} from "../src/index.ts"
import { at, naiveProduct, positiveDefinite, randomMatrix } from "./matrices.ts"

expect.extend({ toBeAllclose })

/** Errors grow with the condition number, here up to about 100. */
const conditioned = { rtol: 1e-10, atol: 1e-12 }

/** L by its definition, one element after the other. */
function naiveFactor(a: Matrix64): Matrix64 {
	const lower = matrix64(a.rows, a.rows)
	for (let i = 0; i < a.rows; i++) {
		for (let j = 0; j <= i; j++) {
			let sum = at(a, i, j)
			for (let k = 0; k < j; k++) sum -= at(lower, i, k) * at(lower, j, k)
			lower.data[i * a.rows + j] = i === j ? Math.sqrt(sum) : sum / at(lower, j, j)
		}
	}
	return lower
}

function assembled({ size, block, panels }: Cholesky): Matrix64 {
	const lower = matrix64(size, size)
	for (const [k, { rows, columns, data }] of panels.entries()) {
		for (let r = 0; r < rows; r++) {
			const target = (k * block + r) * size + k * block
			lower.data.set(data.subarray(r * columns, (r + 1) * columns), target)
		}
	}
	return lower
}

async function factorOf(a: Matrix64, block?: number): Promise<Cholesky> {
	const result = await cholesky(a, block === undefined ? {} : { block })
	if (!result.ok) throw new Error(`not positive definite at ${result.at}`)
	return result.factor
}

describe("cholesky", () => {
	it.each([1, 7, 8, 9, 16, 20])("equals the element-wise factorisation at size %i with blocks of 8", async (size) => {
		const a = positiveDefinite(size, size)
		expect(assembled(await factorOf(a, 8)).data).toBeAllclose(naiveFactor(a).data, conditioned)
	})

	it.each([191, 192, 193])("equals the element-wise factorisation at size %i with its own blocks", async (size) => {
		const a = positiveDefinite(size)
		expect(assembled(await factorOf(a)).data).toBeAllclose(naiveFactor(a).data, conditioned)
	})

	it("reads the lower triangle only and leaves the matrix as it is", async () => {
		const a = positiveDefinite(12)
		const spoiled = matrix64(12, 12, a.data.slice())
		for (let i = 0; i < 12; i++) spoiled.data.fill(Number.NaN, i * 12 + i + 1, (i + 1) * 12)
		const before = spoiled.data.slice()
		expect(assembled(await factorOf(spoiled, 5)).data).toEqual(assembled(await factorOf(a, 5)).data)
		expect(spoiled.data).toEqual(before)
	})

	it.each([0, 4, 5, 11])("says at which pivot a matrix stops being positive definite (row %i)", async (row) => {
		const a = matrix64(12, 12)
		for (let i = 0; i < 12; i++) a.data[i * 13] = i === row ? -2 : 1
		expect(await cholesky(a, { block: 5 })).toEqual({ ok: false, at: row, pivot: -2 })
	})

	it("finds that a singular matrix is not positive definite", async () => {
		const ones = matrix64(3, 3, new Float64Array(9).fill(1))
		expect(await cholesky(ones)).toEqual({ ok: false, at: 1, pivot: 0 })
	})

	it("finds that NaN is not positive", async () => {
		expect(await cholesky(matrix64(1, 1, Float64Array.of(Number.NaN)))).toEqual({ ok: false, at: 0, pivot: Number.NaN })
	})

	it("factors a matrix without rows", async () => {
		expect((await factorOf(matrix64(0, 0))).panels).toEqual([])
	})

	it("does everything outside the diagonal blocks through the product it is given", async () => {
		let calls = 0
		const gemm: Gemm64 = (a, b, options) => {
			calls++
			return plainGemm64(a, b, options)
		}
		await cholesky(positiveDefinite(12), { gemm, block: 4 })
		// Three panels: two with rows below, then two trailing panels and one.
		expect(calls).toBe(2 + 2 + 1)
	})

	it("refuses a matrix that is not square", async () => {
		await expect(cholesky(matrix64(2, 3))).rejects.toThrow(ShapeError)
	})

	it("rejects with the reason of an aborted signal", async () => {
		const signal = AbortSignal.abort(new Error("enough"))
		await expect(cholesky(positiveDefinite(4), { signal })).rejects.toThrow("enough")
	})
})

describe("solveCholesky", () => {
	it("meets the equations for every size, block and number of right-hand sides", async () => {
		const cases = fc.record({
			size: fc.integer({ min: 1, max: 30 }),
			block: fc.integer({ min: 1, max: 12 }),
			columns: fc.integer({ min: 0, max: 5 }),
			seed: fc.integer({ min: 1, max: 1000 }),
		})
		await fc.assert(
			fc.asyncProperty(cases, async ({ size, block, columns, seed }) => {
				const a = positiveDefinite(size, seed)
				const rhs = randomMatrix(size, columns, seed + 1)
				const x = await solveCholesky(await factorOf(a, block), rhs)
				expect(naiveProduct(a, x).data).toBeAllclose(rhs.data, conditioned)
			}),
			{ seed: 1, numRuns: 100 },
		)
	})

	it("leaves the right-hand side as it is", async () => {
		const rhs = randomMatrix(6, 2)
		const before = rhs.data.slice()
		await solveCholesky(await factorOf(positiveDefinite(6), 4), rhs)
		expect(rhs.data).toEqual(before)
	})

	it("refuses a right-hand side of another height", async () => {
		const factor = await factorOf(positiveDefinite(3))
		await expect(solveCholesky(factor, matrix64(2, 1))).rejects.toThrow(
			"solveCholesky: the rows of the right-hand side must be 3 (was 2)",
		)
	})
})
