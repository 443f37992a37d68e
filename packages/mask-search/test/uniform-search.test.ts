import { InfeasibleBudgetError, mustBe } from "@winnow/tensor"
import fc from "fast-check"
import { expect, test } from "vitest"
import { uniformSearch } from "../src/index.ts"
import { linearCost, scoreCurve, tableCost, toyModels } from "./toy-models.ts"

/** Two layers of 4 heads and 20 neurons: 40 + 40 of cost for heads, 40 + 40 for neurons. */
const curves = [4, 20, 4, 20].map((units, at) =>
	scoreCurve(Array.from({ length: units }, (_, unit) => (at + 1) * unit)),
)
const cost = linearCost([10, 2, 10, 2])

const widthsAt = (share: number) => uniformSearch(curves, cost, { share }).kept.map(({ length }) => length)

test("every sublayer keeps the same share of its units", () => {
	expect(widthsAt(0.5)).toEqual([2, 10, 2, 10])
	expect(widthsAt(0.25)).toEqual([1, 5, 1, 5])
	expect(widthsAt(1)).toEqual([4, 20, 4, 20])
})

test("neurons make up for heads that are whole", () => {
	// 40 % of 160 is 64: two of four heads (1.6 wanted) cost 40 of it, twelve neurons the rest.
	expect(widthsAt(0.4)).toEqual([2, 6, 2, 6])
	// 30 % is 48: one head of four (1.2 wanted) costs 20, fourteen neurons the rest.
	expect(widthsAt(0.3)).toEqual([1, 7, 1, 7])
})

test("the widths below are taken where the nearest do not fit", () => {
	const plan = uniformSearch([scoreCurve([1, 2]), scoreCurve([1, 2])], linearCost([1, 1]), { share: 0.375 * 2 })
	expect(plan.kept.map(({ length }) => length)).toEqual([1, 1])
})

test("where some units must stay, it is the same share of the others", () => {
	// 112 of 160: what must stay costs 20, and 92 of the other 140 are 2.63 of 4 heads, 1.97 of 3, and as many neurons as fit.
	const { kept } = uniformSearch(curves, cost, { share: 0.7 }, { atLeast: [0, 0, 1, 5] })
	expect(kept.map(({ length }) => length)).toEqual([3, 12, 3, 14])
})

test("which units stay is the curve's matter", () => {
	expect(uniformSearch(curves, cost, { share: 0.5 }).kept[0]).toEqual(Uint32Array.of(2, 3))
})

test("a plan stays within its budget and near it, whatever the model", () => {
	const property = fc.property(toyModels(fc.integer({ min: 0, max: 9 })), ({ scores, prices, fixed, budget }) => {
		const plan = uniformSearch(scores.map(scoreCurve), linearCost(prices, fixed), { atMost: budget })
		expect(plan.cost).toBeLessThanOrEqual(budget)
		// What is wasted is less than a unit a sublayer.
		const full = scores.reduce((sum, { length }, index) => sum + length * prices[index]!, fixed)
		expect(Math.min(budget, full) - plan.cost).toBeLessThanOrEqual(prices.reduce((sum, price) => sum + price, 0))
	})
	fc.assert(property, { seed: 1, numRuns: 500 })
})

test("a budget below the fixed cost is refused", () => {
	const search = () => uniformSearch([scoreCurve([1, 1])], linearCost([3], 4), { share: 0.25 })
	expect(search).toThrow(new InfeasibleBudgetError("mask search", 0.25, 0.4))
})

test("a table of costs without prices is refused", () => {
	const search = () => uniformSearch([scoreCurve([1])], tableCost([[0, 2]]), { share: 0.5 })
	expect(search).toThrow(mustBe("the cost model", "linear in the kept units, with at most two prices", "not linear"))
})
