import { type CostModel, mustBe, type RemovalCurve } from "@winnow/tensor"
import { costModelClaims } from "@winnow/tensor/conformance"
import { describe, expect, test } from "vitest"
import {
	type Budget,
	dynamicProgram,
	kwon2022LatencySearch,
	kwon2022Search,
	searchMasks,
	searchTable,
	uniformSearch,
} from "../src/index.ts"
import { linearCost, scoreCurve, tableCost } from "./toy-models.ts"

// What a caller of the library may get wrong in a cost model, curves or a budget of their own.

const curves = [scoreCurve([1, 2]), scoreCurve([3, 4, 5])]
const sublayers = [
	{ kind: "attention", layer: 0, units: 2, channels: 1, reads: "tokens" },
	{ kind: "ffn", layer: 0, units: 3, channels: 1, reads: "tokens" },
] as const
const good = linearCost([5, 1])

const searches: readonly (readonly [name: string, (curves: readonly RemovalCurve[], cost: CostModel) => unknown])[] = [
	["searchMasks", (some, cost) => searchMasks(some, cost, { share: 0.5 })],
	["searchTable", (some, cost) => searchTable(some, cost)],
	["uniformSearch", (some, cost) => uniformSearch(some, cost, { share: 0.5 })],
	["kwon2022Search", (some, cost) => kwon2022Search(some, cost, { share: 0.5 })],
	["dynamicProgram", (some, cost) => dynamicProgram(some, cost, { share: 0.5 })],
	["kwon2022LatencySearch", (some, cost) => kwon2022LatencySearch(some, cost, { share: 0.5 }, { sublayers })],
]

const cost = (price: readonly [number, number], of: CostModel["cost"] = good.cost): CostModel => ({
	...good,
	prices: Float64Array.from(price),
	cost: of,
})
const brokenCosts: readonly (readonly [flaw: string, model: CostModel, refusal: string])[] = [
	[
		"whose prices are half of its costs",
		cost([2.5, 0.5]),
		mustBe("the cost of 1 units of sublayer 0", "2.5, as its price says", 5),
	],
	[
		"that costs more from the second unit on than its price says",
		cost([5, 1], (index, kept) => good.cost(index, kept) + (index === 1 && kept > 1 ? 1 : 0)),
		mustBe("the cost of 2 units of sublayer 1", "2, as its price says", 3),
	],
	["with a price of 0", cost([5, 0]), mustBe("the price of sublayer 1", "above 0", 0)],
	["with a price below 0", cost([-5, 1]), mustBe("the price of sublayer 0", "above 0", -5)],
	["with a price of NaN", cost([5, Number.NaN]), mustBe("the price of sublayer 1", "above 0", Number.NaN)],
	[
		"with an infinite fixed cost",
		{ ...good, fixed: Number.POSITIVE_INFINITY },
		mustBe("the fixed cost", "a finite number, zero or more", Number.POSITIVE_INFINITY),
	],
	["with a fixed cost below 0", { ...good, fixed: -1 }, mustBe("the fixed cost", "a finite number, zero or more", -1)],
	[
		"whose costs are NaN",
		cost([5, 1], () => Number.NaN),
		mustBe("the cost of 0 units of sublayer 0", "a finite number, zero or more", Number.NaN),
	],
	[
		"whose costs are below 0",
		tableCost([
			[0, -1, -2],
			[0, 1, 2, 3],
		]),
		mustBe("the cost of 1 units of sublayer 0", "a finite number, zero or more", -1),
	],
	[
		"that counts fewer MACs for more units",
		{
			...tableCost([
				[0, 4, 3],
				[0, 1, 2, 3],
			]),
			unit: "MAC",
		},
		mustBe("the cost of 2 units of sublayer 0", "at least 4, that of one unit less", 3),
	],
	[
		"that charges for no units",
		tableCost([
			[1, 2, 3],
			[0, 1, 2, 3],
		]),
		mustBe("the cost of 0 units of sublayer 0", "0: what no pruning removes is the fixed cost", 1),
	],
]

describe.each(searches)("%s", (_, search) => {
	test.each(brokenCosts)("refuses a cost model %s", (_, model, refusal) => {
		expect(() => search(curves, model)).toThrow(`mask search: ${refusal}`)
	})

	test("refuses a curve that says removing nothing costs something", () => {
		const shifted = { ...curves[1]!, loss: Float64Array.of(1, 2, 3, 4) }
		const refusal = mustBe("the first loss of removal curve 1", "0: nothing is removed", 1)
		expect(() => search([curves[0]!, shifted], good)).toThrow(`mask search: ${refusal}`)
	})

	test("refuses a curve whose order has a unit twice", () => {
		const twice = { ...curves[1]!, order: Uint32Array.of(0, 1, 1) }
		const refusal = mustBe("the order of removal curve 1", "every unit once", "without 2")
		expect(() => search([curves[0]!, twice], good)).toThrow(`mask search: ${refusal}`)
	})
})

test("the conformance suite refuses every one of these cost models, too", () => {
	for (const [flaw, model] of brokenCosts) {
		const broken = costModelClaims(model, sublayers).filter(({ check }) => {
			try {
				check()
				return false
			} catch {
				return true
			}
		})
		expect([flaw, broken.length]).not.toEqual([flaw, 0])
	}
})

test("a cost that differs from its price by rounding alone is one and the same", () => {
	const sums = cost([0.1, 0.1], (_, kept) => Array.from({ length: kept }, () => 0.1).reduce((a, b) => a + b, 0))
	expect(sums.cost(0, 6)).not.toBe(0.1 * 6)
	expect(
		searchMasks([scoreCurve([1, 2, 3, 4, 5, 6])], { ...sums, prices: Float64Array.of(0.1) }, { share: 1 }).share,
	).toBe(1)
})

test("latency may fall where units are added", () => {
	const falling = tableCost([
		[0, 4, 3],
		[0, 1, 2, 3],
	])
	expect(searchMasks(curves, falling, { atMost: 6 }).kept.map(({ length }) => length)).toEqual([2, 3])
})

describe("a budget", () => {
	const refusal = (was: object) => `mask search: ${mustBe("the budget", "either a share or an amount", was)}`

	test("of a share and an amount is no type, and is refused", () => {
		// @ts-expect-error one of them would be ignored
		const both: Budget = { share: 0.5, atMost: 10 }
		expect(() => searchMasks(curves, good, both)).toThrow(refusal({ share: 0.5, atMost: 10 }))
		expect(() => dynamicProgram(curves, good, both)).toThrow(refusal({ share: 0.5, atMost: 10 }))
	})

	test("of neither is no type, and is refused", () => {
		// @ts-expect-error nothing to hold to
		const neither: Budget = {}
		expect(() => searchMasks(curves, good, neither)).toThrow(refusal({}))
	})
})
