import { mustBe, type RemovalCurve } from "@winnow/tensor"
import fc from "fast-check"
import { expect, test } from "vitest"
import { greedyLosses } from "../src/greedy-losses.ts"
import { searchTable } from "../src/index.ts"
import { minPlusLosses } from "../src/min-plus-losses.ts"
import { linearCost, scoreCurve } from "./toy-models.ts"

const supported = "linear in the kept units, with at most two prices"

test("merging convex curves gives the losses and the counts of the dynamic programme", () => {
	const curves = fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 10 }).map(scoreCurve), { maxLength: 6 })
	const property = fc.property(curves, (convex) => {
		const [greedy, exact] = [greedyLosses(convex), minPlusLosses(convex)]
		expect(greedy.loss).toEqual(exact.loss)
		for (const removed of greedy.loss.keys()) expect(greedy.removals(removed)).toEqual(exact.removals(removed))
	})
	fc.assert(property, { seed: 1, numRuns: 500 })
})

test("the dearer price comes first, and sublayers without units have no say in how many prices there are", () => {
	const curves = [scoreCurve([1]), scoreCurve([]), scoreCurve([1, 2]), scoreCurve([3])]
	const { groups, full } = searchTable(curves, linearCost([2, 9, 7, 2], 10))
	expect(groups.map(({ price, sublayers, units }) => ({ price, sublayers, units }))).toEqual([
		{ price: 7, sublayers: [2], units: 2 },
		{ price: 2, sublayers: [0, 3], units: 2 },
	])
	expect(full).toBe(10 + 2 + 14 + 2)
})

test("three prices are refused", () => {
	const curves = [scoreCurve([1]), scoreCurve([1]), scoreCurve([1])]
	const refusal = `mask search: ${mustBe("the cost model", supported, "3 prices")}`
	expect(() => searchTable(curves, linearCost([1, 2, 3]))).toThrow(refusal)
})

test("a cost model that is not linear is refused", () => {
	const refusal = `mask search: ${mustBe("the cost model", supported, "not linear")}`
	expect(() => searchTable([scoreCurve([1])], { unit: "ms", fixed: 0, cost: (_, kept) => kept ** 2 })).toThrow(refusal)
})

test("curves that do not fit the cost model are refused", () => {
	const refusal = `mask search: ${mustBe("the number of prices", "1, one a curve", 2)}`
	expect(() => searchTable([scoreCurve([1])], linearCost([1, 1]))).toThrow(refusal)
})

const flawed: readonly (readonly [flaw: string, curve: RemovalCurve, refusal: string])[] = [
	[
		"without the loss of removing everything",
		{ order: Uint32Array.of(0, 1), loss: Float64Array.of(0, 1) },
		mustBe("the losses of removal curve 0", "3 long, one more than its units", 2),
	],
	[
		"that names a unit twice",
		{ order: Uint32Array.of(1, 1), loss: Float64Array.of(0, 1, 2) },
		mustBe("the order of removal curve 0", "every unit once", "without 0"),
	],
	[
		"with a loss that is no number",
		{ order: Uint32Array.of(0), loss: Float64Array.of(0, Number.NaN) },
		mustBe("the losses of removal curve 0", "finite", Number.NaN),
	],
]

test.each(flawed)("a curve %s is refused", (_, curve, refusal) => {
	expect(() => searchTable([curve], linearCost([1]))).toThrow(`mask search: ${refusal}`)
})
