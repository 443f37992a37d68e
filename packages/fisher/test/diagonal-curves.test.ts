import { mustBe, tensor } from "@winnow/tensor"
import {
	exact,
	goldenConstraints,
	goldenTasks,
	needs,
	plainDiagonalCurves,
	readGolden,
	toBeAllclose,
} from "@winnow/testing"
import fc from "fast-check"
import { expect, test } from "vitest"
import { diagonalCurves } from "../src/index.ts"

expect.extend({ toBeAllclose })

const gradient = fc.float({ min: -8, max: 8, noNaN: true })
const models = fc.array(
	fc
		.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 8 }))
		.chain(([samples, units]) =>
			fc
				.array(gradient, { minLength: samples * units, maxLength: samples * units })
				.map((values) => tensor("sample unit", [samples, units], Float32Array.from(values))),
		),
	{ minLength: 1, maxLength: 4 },
)

test("units go in ascending order of score; of equal scores the higher index goes first", () => {
	const [curve] = diagonalCurves([tensor("sample unit", [1, 5], Float32Array.of(2, -1, 1, 0, 1))])
	expect(curve).toEqual({ order: Uint32Array.of(3, 4, 2, 1, 0), loss: Float64Array.of(0, 0, 1, 2, 3, 7) })
})

test("order and loss are the definition's", () => {
	const property = fc.property(models, (gradients) => {
		const plain = plainDiagonalCurves(gradients)
		for (const [index, curve] of diagonalCurves(gradients).entries()) {
			expect(curve.order).toEqual(plain[index]!.order)
			expect(curve.loss).toBeAllclose(plain[index]!.loss, exact)
		}
	})
	fc.assert(property, { seed: 1, numRuns: 500 })
})

test("curves are convex but for the rounding of their sums", () => {
	const property = fc.property(models, (gradients) => {
		for (const { loss } of diagonalCurves(gradients)) {
			for (let k = 2; k < loss.length; k++) {
				const [before, next] = [loss[k - 1]! - loss[k - 2]!, loss[k]! - loss[k - 1]!]
				expect(next).toBeGreaterThanOrEqual(before - 2 ** -51 * loss[k]!)
			}
		}
	})
	fc.assert(property, { seed: 1, numRuns: 300 })
})

test.each(goldenTasks)("the units that the reference keeps are the last in order (%s)", needs("shared"), (task) => {
	const golden = readGolden(task)
	const curves = diagonalCurves(golden.gradients)
	for (const constraint of goldenConstraints) {
		for (const stage of ["teacher", "searched"] as const) {
			const kept = golden.kept(stage, constraint)
			const last = curves.map(({ order }, index) => order.slice(order.length - kept[index]!.length).sort())
			expect(last).toEqual(kept)
		}
	}
})

test("a sublayer without units has a curve of one point, and all-zero gradients a flat one", () => {
	const empty = tensor("sample unit", [2, 0], new Float32Array(0))
	const zero = tensor("sample unit", [2, 3], new Float32Array(6))
	expect(diagonalCurves([empty, zero])).toEqual([
		{ order: new Uint32Array(0), loss: Float64Array.of(0) },
		{ order: Uint32Array.of(2, 1, 0), loss: new Float64Array(4) },
	])
})

test("gradients that are not finite are refused, with the sublayer named", () => {
	const good = tensor("sample unit", [1, 1], Float32Array.of(1))
	const bad = tensor("sample unit", [1, 2], Float32Array.of(1, Number.NaN))
	const refusal = `diagonal Fisher: ${mustBe("the mask gradients of sublayer 1", "finite", Number.NaN)}`
	expect(() => diagonalCurves([good, bad])).toThrow(refusal)
})
