import { expect, test } from "vitest"
import { plainDiagonalCurves } from "../src/index.ts"

test("two samples of three units, worked by hand: of the two equal scores the higher index goes first", () => {
	const [curve] = plainDiagonalCurves([{ shape: [2, 3], data: Float32Array.of(1, 0, 1, -2, 3, 2) }])
	expect(curve).toEqual({
		scores: [5, 9, 5],
		order: Uint32Array.of(2, 0, 1),
		loss: Float64Array.of(0, 5, 10, 19),
	})
})
