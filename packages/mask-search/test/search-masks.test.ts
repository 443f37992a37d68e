import { InfeasibleBudgetError, mustBe, type Plan, type RemovalCurve } from "@winnow/tensor"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { planFor, searchMasks, searchTable } from "../src/index.ts"
import { fractions, linearCost, rawCurve, scoreCurve, type ToyModel, toyModels } from "./toy-models.ts"

const settings = { seed: 1, numRuns: 1000 }

/** Curves that rise and fall as they like. */
const rawModels = toyModels(fc.integer({ min: -9, max: 20 }))
/** Scores with many ties. */
const scoreModels = toyModels(fc.integer({ min: 0, max: 4 }))

/** Every way to remove so many units from each curve, as [cost of what stays, loss]. */
function* everyCount(curves: readonly RemovalCurve[], prices: readonly number[]): Generator<[number, number]> {
	const [curve, ...rest] = curves
	if (curve === undefined) return yield [0, 0]
	for (const [cost, loss] of everyCount(rest, prices.slice(1))) {
		for (const [removed, own] of curve.loss.entries()) {
			yield [cost + (curve.order.length - removed) * prices[0]!, loss + own]
		}
	}
}

/** Every subset of the units, as [cost of what stays, sum of the scores that go]. */
function* everySubset({ scores, prices }: ToyModel): Generator<[number, number]> {
	const units = scores.flatMap((row, index) => row.map((score) => [prices[index]!, score] as const))
	for (let subset = 0; subset < 2 ** units.length; subset++) {
		let [cost, loss] = [0, 0]
		for (const [at, [price, score]] of units.entries()) {
			if ((subset >> at) % 2 === 1) cost += price
			else loss += score
		}
		yield [cost, loss]
	}
}

function leastLoss(candidates: Iterable<[number, number]>, room: number): number {
	let least = Number.POSITIVE_INFINITY
	for (const [cost, loss] of candidates) if (cost <= room) least = Math.min(least, loss)
	return least
}

/** Kept sets from one stable sort of all scores of each price, descending. */
function globalSort({ scores, prices, fixed, budget }: ToyModel): readonly number[][] {
	const distinct = [...new Set(prices.filter((_, index) => scores[index]!.length > 0))].sort((a, b) => b - a)
	const sorted = distinct.map((price) =>
		scores
			.flatMap((row, sublayer) => row.map((score, unit) => ({ sublayer, unit, score })))
			.filter(({ sublayer }) => prices[sublayer] === price)
			.sort((a, b) => b.score - a.score),
	)
	const [dear = [], cheap = []] = sorted
	const importance = (units: typeof dear) => units.reduce((sum, { score }) => sum + score, 0)
	let best: typeof dear | undefined
	for (let n1 = dear.length; n1 >= 0; n1--) {
		const room = budget - fixed - n1 * (distinct[0] ?? 0)
		if (room < 0) continue
		const kept = [...dear.slice(0, n1), ...cheap.slice(0, Math.floor(room / (distinct[1] ?? 1)))]
		if (best === undefined || importance(kept) > importance(best)) best = kept
	}
	const units = best!
	return scores.map((_, index) =>
		units
			.filter(({ sublayer }) => sublayer === index)
			.map(({ unit }) => unit)
			.sort((a, b) => a - b),
	)
}

describe("a searched plan", () => {
	test("has the least loss of all unit counts that fit, on any curves", () => {
		const property = fc.property(rawModels, ({ scores, prices, fixed, budget }) => {
			const curves = scores.map(rawCurve)
			const plan = searchMasks(curves, linearCost(prices, fixed), { atMost: budget })
			expect(plan.loss).toBe(leastLoss(everyCount(curves, prices), budget - fixed))
		})
		fc.assert(property, settings)
	})

	test("has the least loss of all subsets that fit, on independent scores", () => {
		const property = fc.property(scoreModels, (model) => {
			const plan = searchMasks(model.scores.map(scoreCurve), linearCost(model.prices, model.fixed), {
				atMost: model.budget,
			})
			expect(plan.loss).toBe(leastLoss(everySubset(model), model.budget - model.fixed))
		})
		fc.assert(property, { ...settings, numRuns: 300 })
	})

	test("keeps what a stable sort of all scores of each price puts first", () => {
		const property = fc.property(scoreModels, (model) => {
			const plan = searchMasks(model.scores.map(scoreCurve), linearCost(model.prices, model.fixed), {
				atMost: model.budget,
			})
			expect(plan.kept.map((kept) => [...kept])).toEqual(globalSort(model))
		})
		fc.assert(property, settings)
	})

	test("does not depend on how running sums round: equal fractions are ties wherever they lie", () => {
		const property = fc.property(toyModels(fc.constantFrom(0, 0.1, 0.3, 1 / 3, 1e-9, 7.7)), (model) => {
			// One price: with two, sums of different scores can be equal, too.
			const single = { ...model, prices: model.prices.map(() => 1), budget: model.fixed + Math.min(model.budget, 6) }
			const curves = single.scores.map(scoreCurve)
			const plan = searchMasks(curves, linearCost(single.prices, single.fixed), { atMost: single.budget })
			expect(plan.kept.map((kept) => [...kept])).toEqual(globalSort(single))
		})
		fc.assert(property, settings)
	})

	test("stays within its budget, and says what it costs and loses", () => {
		const share = fractions(0.999).map((fraction) => fraction + 0.001)
		const property = fc.property(rawModels, share, ({ scores, prices }, asked) => {
			const curves = scores.map(rawCurve)
			const plan = searchMasks(curves, linearCost(prices), { share: asked })
			const full = scores.reduce((sum, { length }, index) => sum + length * prices[index]!, 0)
			const cost = plan.kept.reduce((sum, { length }, index) => sum + length * prices[index]!, 0)
			const removed = plan.kept.map(({ length }, index) => scores[index]!.length - length)
			expect(plan.cost).toBe(cost)
			expect(plan.cost).toBeLessThanOrEqual(asked * full + 1e-9 * Math.min(...prices))
			expect(plan.share).toBe(full === 0 ? 1 : cost / full)
			expect(plan.loss).toBe(curves.reduce((sum, { loss }, index) => sum + loss[removed[index]!]!, 0))
			expect(plan.kept).toEqual(curves.map(({ order }, index) => order.slice(removed[index]!).sort()))
		})
		fc.assert(property, settings)
	})

	test("is the same whether its table served other budgets before", () => {
		const property = fc.property(rawModels, ({ scores, prices, fixed, budget }) => {
			const [curves, cost] = [scores.map(rawCurve), linearCost(prices, fixed)]
			const table = searchTable(curves, cost)
			for (const atMost of [budget, fixed, budget + 3]) {
				expect(planFor(table, { atMost })).toEqual(searchMasks(curves, cost, { atMost }))
			}
		})
		fc.assert(property, { ...settings, numRuns: 200 })
	})
})

/** Two sublayers of three heads (price 5) and two of four neurons (price 2). */
const heads = [
	[1, 1, 1],
	[1, 1, 1],
]
const neurons = [
	[9, 9, 9, 9],
	[9, 9, 9, 9],
]
const prices = [5, 5, 2, 2]

function keptBy(scores: readonly (readonly number[])[], atMost: number): number[][] {
	const plan: Plan = searchMasks(scores.map(scoreCurve), linearCost(prices), { atMost })
	return plan.kept.map((kept) => [...kept])
}

test("no head at all is reachable where neurons are worth more", () => {
	expect(keptBy([...heads, ...neurons], 16)).toEqual([[], [], [0, 1, 2, 3], [0, 1, 2, 3]])
})

test("no unit at all is reachable", () => {
	expect(keptBy([...heads, ...neurons], 1)).toEqual([[], [], [], []])
})

test("of equal scores the earlier sublayer and the lower index are kept", () => {
	expect(keptBy([...heads, ...neurons], 16 + 4 * 5)).toEqual([[0, 1, 2], [0], [0, 1, 2, 3], [0, 1, 2, 3]])
	expect(keptBy([...heads, ...neurons], 10)).toEqual([[], [], [0, 1, 2, 3], [0]])
})

test("of plans with equal loss the one with more of the dearer units wins", () => {
	// Four units of price 1 that lose 3 together weigh as much as the one of price 4 that loses 3.
	const curves = [scoreCurve([3]), scoreCurve([0, 1, 1, 1])]
	const plan = searchMasks(curves, linearCost([4, 1]), { atMost: 4 })
	expect(plan.kept.map(({ length }) => length)).toEqual([1, 0])
})

test("a whole budget keeps every unit, those without any effect too", () => {
	expect(searchMasks([scoreCurve([0, 2]), scoreCurve([0, 0])], linearCost([3, 1]), { share: 1 }).share).toBe(1)
})

test("units whose removal lowers the loss go although the budget has room for them", () => {
	const plan = searchMasks([rawCurve([-1, -1, 5])], linearCost([2]), { share: 1 })
	expect(plan.kept).toEqual([Uint32Array.of(0)])
	expect(plan.loss).toBe(-2)
})

test("a share that stands for a whole number of units keeps that number", () => {
	for (let units = 1; units <= 60; units++) {
		for (let kept = 1; kept <= units; kept++) {
			const curve = scoreCurve(new Array(units).fill(1))
			const plan = searchMasks([curve], linearCost([0.1]), { share: kept / units })
			expect(plan.kept[0]).toHaveLength(kept)
		}
	}
})

test("a budget below the fixed cost names the smallest feasible share", () => {
	const search = () => searchMasks([scoreCurve([1, 1])], linearCost([3], 4), { share: 0.25 })
	expect(search).toThrow(new InfeasibleBudgetError("mask search", 0.25, 0.4))
	expect(searchMasks([scoreCurve([1, 1])], linearCost([3], 4), { share: 0.4 }).kept[0]).toHaveLength(0)
})

test.each([0, -0.5, 1.5, Number.NaN])("a share of %d is refused", (share) => {
	const refusal = `mask search: ${mustBe("the budget", "a share in (0, 1]", share)}`
	expect(() => searchMasks([scoreCurve([1])], linearCost([1]), { share })).toThrow(refusal)
})

test("an amount below zero is refused", () => {
	const refusal = `mask search: ${mustBe("the budget", "an amount, zero or more", -1)}`
	expect(() => searchMasks([scoreCurve([1])], linearCost([1]), { atMost: -1 })).toThrow(refusal)
})
