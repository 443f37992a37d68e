import { ShapeError, tensor } from "@winnow/tensor"
import { exact, goldenTasks, needs, plainDiagonalCurves, readGolden, toBeAllclose } from "@winnow/testing"
import { expect, test } from "vitest"
import { diagonalFisher } from "../src/index.ts"

expect.extend({ toBeAllclose })

test("sums the squares of every unit's gradients over the samples", () => {
	const importance = diagonalFisher(tensor("sample unit", [2, 2], Float32Array.of(1, 2, 3, 4)))
	expect(importance).toEqual(tensor("unit", [2], Float64Array.of(10, 20)))
})

test("accumulates in float64: a small square is not lost beside a large one", () => {
	const importance = diagonalFisher(tensor("sample unit", [2, 1], Float32Array.of(4096, 0.5)))
	expect(importance.data[0]).toBe(4096 ** 2 + 0.25)
})

test("a sublayer without units has an empty diagonal", () => {
	expect(diagonalFisher(tensor("sample unit", [3, 0], new Float32Array(0))).data).toHaveLength(0)
})

test("no sample at all is refused", () => {
	const none = tensor("sample unit", [0, 2], new Float32Array(0))
	const refusal = new ShapeError("diagonal Fisher", "the number of samples", "at least 1", 0)
	expect(() => diagonalFisher(none)).toThrow(refusal)
})

test.each(goldenTasks)("equals the definition on the golden gradients of %s", needs("shared"), (task) => {
	const { gradients } = readGolden(task)
	const scores = plainDiagonalCurves(gradients).map((curve) => curve.scores)
	for (const [index, each] of gradients.entries()) {
		expect(diagonalFisher(each).data).toBeAllclose(scores[index]!, exact)
	}
})
