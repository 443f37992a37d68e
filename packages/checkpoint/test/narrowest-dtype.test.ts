import fc from "fast-check"
import { expect, test } from "vitest"
import { narrowestDtype } from "../src/index.ts"

test("values that the preferred dtype holds exactly keep it", () => {
	const values = Float32Array.of(0, -0, 0.5, -65504, 2 ** -24, 1 + 2 ** -10)
	expect(narrowestDtype(values, "F16")).toBe("F16")
	expect(narrowestDtype(Float32Array.of(3e38 - (3e38 % 2 ** 121), -1.5), "BF16")).toBe("BF16")
	expect(narrowestDtype(values, "F32")).toBe("F32")
	expect(narrowestDtype(new Float32Array(0), "F16")).toBe("F16")
})

test("one value that would be rounded, or overflow, makes it F32", () => {
	for (const value of [0.1, 65504 + 32, 2 ** -25, 1 + 2 ** -11]) {
		expect(narrowestDtype(Float32Array.of(1, value), "F16")).toBe("F32")
	}
	expect(narrowestDtype(Float32Array.of(1 + 2 ** -8), "BF16")).toBe("F32")
})

test("a single such value is found anywhere in a long array", () => {
	const length = 100_000
	fc.assert(
		fc.property(fc.nat(length - 1), (at) => {
			const values = new Float32Array(length).fill(0.25)
			values[at] = 0.1
			expect(narrowestDtype(values, "F16")).toBe("F32")
		}),
		{ seed: 1, numRuns: 30, examples: [[0], [length - 1]] },
	)
})
