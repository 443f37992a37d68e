import { plainGemm64 } from "@winnow/linalg"
import { mustBe, tensor } from "@winnow/tensor"
import { f64, goldenTasks, needs, readGolden, toBeAllclose } from "@winnow/testing"
import { expect, test } from "vitest"
import { gramMatrix } from "../src/gram-matrix.ts"
import { blockLoss } from "../src/index.ts"

expect.extend({ toBeAllclose })

test("is the squared length of the sum of the removed columns", () => {
	const gradients = tensor("sample unit", [2, 3], Float32Array.of(1, 2, 4, -1, 3, 5))
	expect(blockLoss(gradients, Uint32Array.of(1))).toBe((1 + 4) ** 2 + (-1 + 5) ** 2)
	expect(blockLoss(gradients, Uint32Array.of(0, 1, 2))).toBe(0)
})

test.each(goldenTasks)(
	"is the quadratic form of the Gram matrix on the reference's gradients of %s",
	needs("shared"),
	async (task) => {
		const { gradients, kept } = readGolden(task)
		for (const [index, keep] of kept("searched", "0.5").entries()) {
			const { data, rows } = await gramMatrix(gradients[index]!, plainGemm64)
			const removed = [...new Array(rows).keys()].filter((unit) => !keep.includes(unit))
			const form = removed.reduce((sum, i) => sum + removed.reduce((row, j) => row + data[i * rows + j]!, 0), 0)
			// A million products of both signs: the form loses three to four digits by cancellation.
			expect([form]).toBeAllclose([blockLoss(gradients[index]!, keep)], { ...f64, rtol: 1e-8 })
		}
	},
)

test("a kept unit that the sublayer does not have is refused", () => {
	const gradients = tensor("sample unit", [1, 2], new Float32Array(2))
	const refusal = `rearrange: ${mustBe("a kept unit", "below 2", 2)}`
	expect(() => blockLoss(gradients, Uint32Array.of(2))).toThrow(refusal)
})
