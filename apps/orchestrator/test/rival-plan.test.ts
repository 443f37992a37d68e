import { searchMasks } from "@winnow/mask-search"
import type { CostModel, RemovalCurve } from "@winnow/tensor"
import { expect, test } from "vitest"
import { rivalPlan } from "../src/latency/rival-plan.ts"

/** Losses that grow faster and faster, as curvature has it. */
function curve(units: number, weight: number): RemovalCurve {
	return {
		order: Uint32Array.from({ length: units }, (_, unit) => unit),
		loss: Float64Array.from({ length: units + 1 }, (_, removed) => weight * removed ** 2),
	}
}

const curves = [curve(12, 1), curve(100, 0.01), curve(12, 2), curve(100, 0.03)]
const macPrices = Float64Array.of(8, 1, 8, 1)
const macs: CostModel = { unit: "MAC", fixed: 0, prices: macPrices, cost: (l, kept) => macPrices[l]! * kept }

/** Milliseconds with other prices, and an overhead where there is anything. */
const latencyOf = (prices: readonly number[], overhead: number): CostModel => ({
	unit: "ms",
	fixed: 1,
	cost: (l, kept) => (kept === 0 ? 0 : overhead + prices[l]! * kept),
})

const searched = (latency: CostModel, share: number) => searchMasks(curves, latency, { share })

test("is as fast by the table, and expected to lose more", () => {
	for (const share of [0.8, 0.5, 0.35]) {
		const latency = latencyOf([0.1, 0.01, 0.12, 0.01], 0.05)
		const plan = searched(latency, share)
		const rival = rivalPlan(plan, { curves, latency, macs })!
		const cost = rival.kept.reduce((sum, units, l) => sum + latency.cost(l, units.length), latency.fixed)
		expect(rival.cost).toBeCloseTo(cost, 12)
		expect(rival.share).toBeCloseTo((plan.share * cost) / plan.cost, 12)
		expect(cost).toBeLessThanOrEqual(plan.cost)
		expect(rival.loss).toBeGreaterThanOrEqual(plan.loss)
		expect(rival.loss).toBeLessThan(1.2 * plan.loss)
		const further = searchMasks(curves, macs, {
			atMost: rival.kept.reduce((sum, { length }, l) => sum + macs.cost(l, length), 1),
		})
		const slower = further.kept.reduce((sum, units, l) => sum + latency.cost(l, units.length), latency.fixed)
		expect(slower >= cost).toBe(true)
	}
})

test("there is none where milliseconds are multiply-accumulates", () => {
	const latency = latencyOf([0.8, 0.1, 0.8, 0.1], 0)
	expect(rivalPlan(searched(latency, 0.5), { curves, latency, macs })).toBeUndefined()
})

test("there is none where shapes differ much in speed: it would lose far more", () => {
	const latency = latencyOf([0.01, 0.1, 0.01, 0.1], 0)
	expect(rivalPlan(searched(latency, 0.4), { curves, latency, macs })).toBeUndefined()
})

test("keeps what must stay", () => {
	const latency = latencyOf([0.1, 0.01, 0.12, 0.01], 0.05)
	const atLeast = [6, 0, 6, 0]
	const plan = searchMasks(curves, latency, { share: 0.6 }, { atLeast })
	const rival = rivalPlan(plan, { curves, latency, macs, atLeast })!
	expect(Math.min(rival.kept[0]!.length, rival.kept[2]!.length)).toBeGreaterThanOrEqual(6)
})
