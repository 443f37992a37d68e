import { plainGemm64 } from "@winnow/linalg"
import { tensor } from "@winnow/tensor"
import { f64, toBeAllclose } from "@winnow/testing"
import fc from "fast-check"
import { expect, test } from "vitest"
import { gramMatrix } from "../src/gram-matrix.ts"

expect.extend({ toBeAllclose })

// Widths around the tiles of four and more rows than one block of 128.
const sizes = fc.tuple(fc.constantFrom(0, 1, 3, 127, 128, 129, 300), fc.constantFrom(0, 1, 2, 3, 4, 5, 8, 13, 70))

test("equals the products of all pairs of columns, whatever the sizes", () => {
	const property = fc.asyncProperty(
		sizes,
		fc.infiniteStream(fc.float({ min: -1, max: 1, noNaN: true })),
		async (size, stream) => {
			const [samples, units] = size
			const data = Float32Array.from({ length: samples * units }, () => stream.next().value)
			const expected = new Float64Array(units * units)
			for (let i = 0; i < units; i++) {
				for (let j = 0; j < units; j++) {
					for (let s = 0; s < samples; s++) expected[i * units + j]! += data[s * units + i]! * data[s * units + j]!
				}
			}
			expect((await gramMatrix(tensor("sample unit", size, data), plainGemm64)).data).toBeAllclose(expected, f64)
		},
	)
	return fc.assert(property, { seed: 1, numRuns: 40 })
})
