import { toBeAllclose } from "@winnow/testing"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Cholesky, cholesky, choleskyInverse, type Matrix64, matrix64 } from "../src/index.ts"
import { at, naiveProduct, positiveDefinite } from "./matrices.ts"

expect.extend({ toBeAllclose })

/** Errors grow with the condition number, here up to about 100. */
const conditioned = { rtol: 1e-10, atol: 1e-12 }

async function factorOf(a: Matrix64, block?: number): Promise<Cholesky> {
	const result = await cholesky(a, block === undefined ? {} : { block })
	if (!result.ok) throw new Error(`not positive definite at ${result.at}`)
	return result.factor
}

function identity(size: number): Matrix64 {
	const ones = matrix64(size, size)
	for (let i = 0; i < size; i++) ones.data[i * (size + 1)] = 1
	return ones
}

describe("choleskyInverse", () => {
	it("times the matrix is the identity, for every size and block", async () => {
		const cases = fc.record({
			size: fc.integer({ min: 1, max: 30 }),
			block: fc.integer({ min: 1, max: 12 }),
			seed: fc.integer({ min: 1, max: 1000 }),
		})
		await fc.assert(
			fc.asyncProperty(cases, async ({ size, block, seed }) => {
				const a = positiveDefinite(size, seed)
				const inverse = await choleskyInverse(await factorOf(a, block))
				expect(naiveProduct(a, inverse).data).toBeAllclose(identity(size).data, conditioned)
			}),
			{ seed: 1, numRuns: 60 },
		)
	})

	it.each([192, 193])("is right with the factor's own blocks at size %i", async (size) => {
		const a = positiveDefinite(size)
		const inverse = await choleskyInverse(await factorOf(a))
		expect(naiveProduct(a, inverse).data).toBeAllclose(identity(size).data, conditioned)
	})

	it("is symmetric", async () => {
		const inverse = await choleskyInverse(await factorOf(positiveDefinite(20), 8))
		for (let i = 0; i < 20; i++) {
			for (let j = 0; j < i; j++) expect(at(inverse, i, j)).toBeCloseTo(at(inverse, j, i), 12)
		}
	})

	it("of a matrix without rows has none", async () => {
		expect((await choleskyInverse(await factorOf(matrix64(0, 0)))).data).toHaveLength(0)
	})

	it("rejects with the reason of an aborted signal", async () => {
		const factor = await factorOf(positiveDefinite(4))
		const signal = AbortSignal.abort(new Error("enough"))
		await expect(choleskyInverse(factor, { signal })).rejects.toThrow("enough")
	})
})
