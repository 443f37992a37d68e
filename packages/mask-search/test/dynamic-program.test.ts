import { InfeasibleBudgetError, InvalidInputError, mustBe, ShapeError } from "@winnow/tensor"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { dynamicProgram, planFor, searchMasks, searchTable } from "../src/index.ts"
import { linearCost, rawCurve, scoreCurve, tableCost, toyModels, widths } from "./toy-models.ts"
import { everyPlan, type TableModel, tableModels } from "./toy-tables.ts"

const settings = { seed: 1, numRuns: 1000 }

function modelOf({ increments, tables, fixed }: TableModel) {
	return { curves: increments.map(rawCurve), cost: tableCost(tables, fixed) }
}

describe("a plan under a table of costs", () => {
	test("has the least loss of all that fit, and there is none only where the cheapest counts cost more", () => {
		const property = fc.property(tableModels, (model) => {
			const { curves, cost } = modelOf(model)
			const { atLeast, budget } = model
			const plans = [...everyPlan(model)]
			const search = () => searchMasks(curves, cost, { atMost: budget }, { atLeast })
			const least = Math.min(...plans.map((plan) => plan.cost))
			if (least > budget) {
				const full = curves.reduce((sum, { order }, index) => sum + cost.cost(index, order.length), cost.fixed)
				expect(search).toThrow(InfeasibleBudgetError)
				const smallest = smallestShare(search)
				expect(smallest).toBeCloseTo(least / full, 12)
				expect(searchMasks(curves, cost, { share: smallest }, { atLeast }).cost).toBeCloseTo(least, 12)
				return
			}
			const plan = search()
			const fitting = plans.filter((each) => each.cost <= budget * (1 + 1e-9))
			const best = Math.min(...fitting.map(({ loss }) => loss))
			expect(plan.loss).toBe(best)
			expect(plan.cost).toBeCloseTo(
				Math.min(...fitting.filter(({ loss }) => loss === best).map((each) => each.cost)),
				12,
			)
			expect(plan.cost).toBeLessThanOrEqual(budget * (1 + 1e-9))
		})
		fc.assert(property, settings)
	})

	test("keeps what its curves put last, and says what it costs", () => {
		const property = fc.property(tableModels, (model) => {
			const { curves, cost } = modelOf(model)
			const plan = dynamicProgram(curves, cost, { share: 1 }, { atLeast: model.atLeast })
			for (const [index, kept] of plan.kept.entries()) {
				expect(kept.length).toBeGreaterThanOrEqual(model.atLeast[index]!)
				expect(kept).toEqual(curves[index]!.order.slice(curves[index]!.order.length - kept.length).sort())
			}
			const spent = plan.kept.reduce((sum, { length }, index) => sum + model.tables[index]![length]!, model.fixed)
			const full = model.tables.reduce((sum, table) => sum + table.at(-1)!, model.fixed)
			expect(plan.cost).toBe(spent)
			expect(plan.share).toBe(full === 0 ? 1 : spent / full)
		})
		fc.assert(property, { ...settings, numRuns: 300 })
	})

	test("loses what the search by two prices loses, where costs are linear", () => {
		const property = fc.property(toyModels(fc.integer({ min: -3, max: 9 })), ({ scores, prices, fixed, budget }) => {
			const [curves, cost] = [scores.map(rawCurve), linearCost(prices, fixed)]
			const exact = planFor(searchTable(curves, cost), { atMost: budget })
			expect(dynamicProgram(curves, cost, { atMost: budget }).loss).toBe(exact.loss)
		})
		fc.assert(property, settings)
	})
})

/** Times of 0 to `units` kept units that rise once every few units. */
const stepped = (units: number, step: number) =>
	Array.from({ length: units + 1 }, (_, kept) => 0.25 * Math.ceil(kept / step))

test("fills a step of the table with units that cost nothing more", () => {
	const plan = searchMasks([scoreCurve([1, 2, 3, 4, 5, 6, 7, 8])], tableCost([stepped(8, 3)]), { atMost: 0.6 })
	expect(widths(plan)).toEqual([6])
	expect(plan.cost).toBe(0.5)
})

test("lets a whole sublayer vanish where that loses least", () => {
	// The first unit of a sublayer costs most: one sublayer whole loses less than both in half.
	const plan = searchMasks(
		[scoreCurve([5, 5]), scoreCurve([4, 4])],
		tableCost([
			[0, 3, 4],
			[0, 3, 4],
		]),
		{ share: 0.5 },
	)
	expect(widths(plan)).toEqual([2, 0])
	expect(plan).toMatchObject({ cost: 4, share: 0.5, loss: 8 })
})

test("keeps more units where more of them cost less", () => {
	// Two of them would cost 6, three 10.
	const plan = searchMasks([scoreCurve([1, 1, 1, 1])], tableCost([[0, 4, 5, 9, 3]], 1), { atMost: 5 })
	expect(plan).toMatchObject({ kept: [Uint32Array.of(0, 1, 2, 3)], cost: 4, loss: 0 })
})

test("a budget is an amount of milliseconds, or a share of what all units cost", () => {
	const curves = [scoreCurve([1, 1]), scoreCurve([2, 2])]
	const cost = tableCost(
		[
			[0, 1.5, 2],
			[0, 1.25, 2.5],
		],
		0.5,
	)
	expect(searchMasks(curves, cost, { atMost: 4 })).toMatchObject({ cost: 3, share: 0.6, loss: 2 })
	expect(searchMasks(curves, cost, { share: 0.6 })).toEqual(searchMasks(curves, cost, { atMost: 3 }))
})

test("of plans with equal loss the cheaper wins, so that units without any effect go", () => {
	const plan = searchMasks([scoreCurve([0, 0, 3])], tableCost([[0, 2, 3, 4]]), { share: 1 })
	expect(plan).toMatchObject({ kept: [Uint32Array.of(2)], cost: 2, loss: 0 })
})

test("of plans with equal loss and cost the one that keeps more of the earlier sublayers wins", () => {
	const table = [0, 1, 2]
	const plan = searchMasks([scoreCurve([1, 1]), scoreCurve([1, 1])], tableCost([table, table]), { atMost: 2 })
	expect(widths(plan)).toEqual([2, 0])
})

test("a budget that rounding put below a plan's cost still fits it", () => {
	const table = Array.from({ length: 11 }, (_, kept) => kept * 0.1)
	for (let kept = 1; kept <= 10; kept++) {
		const plan = searchMasks([scoreCurve(new Array(10).fill(1))], tableCost([table]), { share: kept / 10 })
		expect(widths(plan)).toEqual([kept])
	}
})

test("a budget without bounds, or far above what all units cost, keeps every unit that has an effect", () => {
	for (const atMost of [1e12, Number.POSITIVE_INFINITY]) {
		expect(widths(searchMasks([scoreCurve([1, 2])], tableCost([[0, 3, 5]]), { atMost }))).toEqual([2])
	}
})

test("three prices are searched as a table is", () => {
	const curves = [scoreCurve([3]), scoreCurve([2]), scoreCurve([1])]
	expect(searchMasks(curves, linearCost([3, 2, 1]), { atMost: 4 })).toMatchObject({ cost: 4, loss: 2 })
})

test("the prices of units that must stay do not count", () => {
	// Of equal losses the search by two prices keeps more: the second unit stays although it has no effect.
	const curves = [scoreCurve([3]), scoreCurve([0]), scoreCurve([1])]
	const plan = searchMasks(curves, linearCost([3, 2, 1]), { share: 1 }, { atLeast: [1, 0, 0] })
	expect(widths(plan)).toEqual([1, 1, 1])
	expect(widths(searchMasks(curves, linearCost([3, 2, 1]), { share: 1 }))).toEqual([1, 0, 1])
})

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])("a table with a cost of %d is refused", (cost) => {
	const search = () =>
		searchMasks(
			[scoreCurve([1]), scoreCurve([1, 1])],
			tableCost([
				[0, 1],
				[0, cost, 1],
			]),
			{ share: 1 },
		)
	expect(search).toThrow(InvalidInputError)
	expect(search).toThrow(mustBe("the cost of 1 units of sublayer 1", "a finite number, zero or more", cost))
})

test("what is no share, no curve or no count is refused as by the search for two prices", () => {
	const cost = tableCost([[0, 1]])
	for (const share of [0, 1.5, Number.NaN]) {
		expect(() => searchMasks([scoreCurve([1])], cost, { share })).toThrow(
			mustBe("the budget", "a share in (0, 1]", share),
		)
	}
	const flawed = { order: Uint32Array.of(0), loss: Float64Array.of(0, Number.NaN) }
	expect(() => searchMasks([flawed], cost, { share: 1 })).toThrow(InvalidInputError)
	expect(() => searchMasks([scoreCurve([1])], cost, { share: 1 }, { atLeast: [2] })).toThrow(ShapeError)
	expect(() => dynamicProgram([scoreCurve([1])], linearCost([1, 1]), { share: 1 })).toThrow(ShapeError)
})

function smallestShare(search: () => unknown): number {
	try {
		search()
	} catch (error) {
		if (error instanceof InfeasibleBudgetError) return error.smallest
	}
	throw new Error("expected an infeasible budget")
}
