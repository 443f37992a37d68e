import { InfeasibleBudgetError, mustBe, type RemovalCurve, ShapeError, type Sublayer } from "@winnow/tensor"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { leastKept, planFor, searchMasks, searchTable } from "../src/index.ts"
import { linearCost, rawCurve, scoreCurve, toyModels } from "./toy-models.ts"

/** The least loss of all unit counts of at least so many that fit the room. */
function leastLoss(
	curves: readonly RemovalCurve[],
	prices: readonly number[],
	atLeast: readonly number[],
	room: number,
): number {
	const [curve, ...rest] = curves
	if (curve === undefined) return room >= 0 ? 0 : Number.POSITIVE_INFINITY
	let least = Number.POSITIVE_INFINITY
	for (let kept = atLeast[0]!; kept <= curve.order.length; kept++) {
		const others = leastLoss(rest, prices.slice(1), atLeast.slice(1), room - kept * prices[0]!)
		least = Math.min(least, curve.loss[curve.order.length - kept]! + others)
	}
	return least
}

/** Models with zero-loss plateaus, dips and rises; and what their sublayers keep at least, as a share. */
const increments = fc.oneof(fc.constant(0), fc.integer({ min: -3, max: 9 }))
const models = fc.tuple(toyModels(increments), fc.array(fc.constantFrom(0, 0, 0.3, 1), { minLength: 5, maxLength: 5 }))

describe("a search that must keep some units", () => {
	it("finds the least loss of all plans that keep them, and says where there is none", () => {
		const property = fc.property(models, ([{ scores, prices, fixed, budget }, shares]) => {
			const curves = scores.map(rawCurve)
			const atLeast = scores.map(({ length }, index) => Math.round(shares[index]! * length))
			const least = atLeast.reduce((sum, count, index) => sum + count * prices[index]!, fixed)
			const full = scores.reduce((sum, { length }, index) => sum + length * prices[index]!, fixed)
			const search = () => searchMasks(curves, linearCost(prices, fixed), { atMost: budget }, { atLeast })
			if (budget < least) {
				expect(search).toThrow(new InfeasibleBudgetError("mask search", budget / full, least / full))
				return
			}
			const plan = search()
			expect(plan.loss).toBe(leastLoss(curves, prices, atLeast, budget - fixed))
			expect(plan.cost).toBeLessThanOrEqual(budget)
			for (const [index, kept] of plan.kept.entries()) {
				expect(kept.length).toBeGreaterThanOrEqual(atLeast[index]!)
				expect(kept).toEqual(curves[index]!.order.slice(curves[index]!.order.length - kept.length).sort())
			}
		})
		fc.assert(property, { seed: 1, numRuns: 1000 })
	})

	it("serves many budgets from one table", () => {
		const curves = [scoreCurve([1, 2, 3]), scoreCurve([0, 0, 0, 0])]
		const table = searchTable(curves, linearCost([4, 1]), { atLeast: [1, 0] })
		const widths = [16, 12, 8, 4].map((atMost) => planFor(table, { atMost }).kept.map(({ length }) => length))
		expect(widths).toEqual([
			[3, 4],
			[3, 0],
			[2, 0],
			[1, 0],
		])
		expect(() => planFor(table, { atMost: 3 })).toThrow(new InfeasibleBudgetError("mask search", 3 / 16, 4 / 16))
	})

	it("keeps what must stay where nothing may go", () => {
		const plan = searchMasks([scoreCurve([1, 2])], linearCost([1]), { share: 1 }, { atLeast: [2] })
		expect(plan).toEqual({ kept: [Uint32Array.of(0, 1)], cost: 2, share: 1, loss: 0 })
	})

	it("refuses to keep more than there is, parts of units, or without saying of what", () => {
		const search = (atLeast: number[]) => () => searchTable([scoreCurve([1, 2])], linearCost([1]), { atLeast })
		for (const count of [3, -1, 0.5, Number.NaN]) {
			expect(search([count])).toThrow(`mask search: ${mustBe("what sublayer 0 keeps at least", "0 to 2 units", count)}`)
		}
		expect(search([1, 1])).toThrow(ShapeError)
	})
})

describe("leastKept", () => {
	const sublayer = (kind: Sublayer["kind"], layer: number, units: number): Sublayer => {
		return { kind, layer, units, channels: kind === "ffn" ? 1 : 4, reads: "tokens" }
	}
	const sublayers = [0, 1, 2].flatMap((layer) => [
		sublayer("attention", layer, 4 - 2 * layer),
		sublayer("ffn", layer, 9),
	])

	it("is nothing unless asked for", () => {
		expect(leastKept(sublayers, {})).toEqual([0, 0, 0, 0, 0, 0])
	})

	it("is so many heads in every attention sublayer, or all where there are fewer", () => {
		expect(leastKept(sublayers, { minHeads: 3 })).toEqual([3, 0, 2, 0, 0, 0])
	})

	it("is every unit of a protected layer", () => {
		expect(leastKept(sublayers, { minHeads: 1, protectLayers: [0, 2] })).toEqual([4, 9, 1, 0, 0, 9])
	})

	it("refuses layers that are not there and numbers that are none", () => {
		expect(() => leastKept(sublayers, { protectLayers: [1, 3] })).toThrow(
			`mask search: ${mustBe("a protected layer", "one of 0 to 2", 3)}`,
		)
		for (const minHeads of [-1, 0.5, Number.NaN]) {
			expect(() => leastKept(sublayers, { minHeads })).toThrow(
				`mask search: ${mustBe("the least number of heads", "a natural number", minHeads)}`,
			)
		}
	})
})
