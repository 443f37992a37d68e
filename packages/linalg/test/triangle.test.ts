import { toBeAllclose } from "@winnow/testing"
import { describe, expect, it } from "vitest"
import { factorTriangle, matrix64, substituteForward, whiten } from "../src/index.ts"
import { naiveProduct, positiveDefinite, randomMatrix } from "./matrices.ts"

expect.extend({ toBeAllclose })

const conditioned = { rtol: 1e-10, atol: 1e-12 }

function lowerTriangle(size: number) {
	const lower = positiveDefinite(size)
	expect(factorTriangle(lower)).toBeUndefined()
	return lower
}

describe.each([1, 2, 5, 16])("of a triangle of %i rows", (size) => {
	it("substituteForward solves for every column", () => {
		const lower = lowerTriangle(size)
		const x = randomMatrix(size, 4)
		const rhs = naiveProduct(lower, x)
		substituteForward(lower, rhs)
		expect(rhs.data).toBeAllclose(x.data, conditioned)
	})

	it("whiten takes it away from both sides", () => {
		const lower = lowerTriangle(size)
		const middle = positiveDefinite(size, 2)
		const a = naiveProduct(naiveProduct(lower, middle), lower, { transposeB: true })
		whiten(lower, a)
		expect(a.data).toBeAllclose(middle.data, conditioned)
	})
})

it("whitening a matrix by its own factor leaves the identity", () => {
	const a = positiveDefinite(3)
	whiten(lowerTriangle(3), a)
	expect(a.data).toBeAllclose(matrix64(3, 3, Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)).data, conditioned)
})
