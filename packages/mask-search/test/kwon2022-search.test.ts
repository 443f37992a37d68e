import { mustBe } from "@winnow/tensor"
import { expect, test } from "vitest"
import { kwon2022Search, searchMasks } from "../src/index.ts"
import { linearCost, scoreCurve, tableCost } from "./toy-models.ts"

const cost = linearCost([5, 2])

test("always keeps a head, even where a plan without heads would lose less", () => {
	const curves = [scoreCurve([1, 1]), scoreCurve([9, 9, 9, 9])]
	expect(searchMasks(curves, cost, { atMost: 8 }).kept.map(({ length }) => length)).toEqual([0, 4])
	expect(kwon2022Search(curves, cost, { atMost: 8 }).kept.map(({ length }) => length)).toEqual([1, 1])
})

test("exceeds a budget that important heads exceed by themselves", () => {
	const plan = kwon2022Search([scoreCurve([9, 9]), scoreCurve([1, 1, 1, 1])], cost, { atMost: 6 })
	expect(plan.kept.map(({ length }) => length)).toEqual([2, 0])
	expect(plan.cost).toBe(10)
})

test("of plans with equal loss the one with fewest heads wins", () => {
	const curves = [scoreCurve([2, 2]), scoreCurve([1, 1, 1, 1, 0])]
	// One head and two neurons lose 2 + 2 = 4; two heads and no neuron lose 0 + 4 = 4.
	expect(kwon2022Search(curves, cost, { atMost: 10 }).kept.map(({ length }) => length)).toEqual([1, 2])
	expect(searchMasks(curves, cost, { atMost: 10 }).kept.map(({ length }) => length)).toEqual([2, 0])
})

test("keeps no more neurons than there are where the budget has room for more", () => {
	const plan = kwon2022Search([scoreCurve([0, 9]), scoreCurve([1])], cost, { atMost: 11.9 })
	expect(plan.kept).toEqual([Uint32Array.of(1), Uint32Array.of(0)])
})

test("a model without units of a second price is refused: nothing would hold its heads to the budget", () => {
	const refusal = `mask search: ${mustBe("the cost model", "one of two prices, heads and neurons", "one")}`
	expect(() => kwon2022Search([scoreCurve([1, 2])], linearCost([5]), { share: 0.5 })).toThrow(refusal)
})

test("a budget that has room for everything is refused", () => {
	const refusal = `mask search: ${mustBe("the budget", "a share in (0, 1)", 1)}`
	expect(() => kwon2022Search([scoreCurve([1]), scoreCurve([1])], cost, { share: 1 })).toThrow(refusal)
})

test("a table of costs without prices is refused: it has a search of its own", () => {
	const search = () => kwon2022Search([scoreCurve([1])], tableCost([[0, 2]]), { share: 0.5 })
	expect(search).toThrow(mustBe("the cost model", "linear in the kept units, with at most two prices", "not linear"))
})
