import { searchMasks } from "@winnow/mask-search"
import { type CostModel, InfeasibleBudgetError, type Plan, type RemovalCurve } from "@winnow/tensor"
import { expect, test } from "vitest"
import { fittedShare } from "../src/latency/fitted-share.ts"
import { fittedRival, rivalSearch } from "../src/latency/rival-plan.ts"

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
		const rival = rivalSearch({ curves, latency, macs })(plan.share)
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

test("takes the whole model where there is room for it, and names the smallest share where there is none for any", () => {
	const latency = latencyOf([0.1, 0.01, 0.12, 0.01], 0.05)
	const find = rivalSearch({ curves, latency, macs, atLeast: [6, 0, 6, 0] })
	expect(find(1).kept.map(({ length }) => length)).toEqual([12, 100, 12, 100])
	const error = thrownBy(() => find(0.2))
	expect(error).toBeInstanceOf(InfeasibleBudgetError)
	const { smallest } = error as InfeasibleBudgetError
	expect(find(smallest).kept.map(({ length }) => length)).toEqual([6, 0, 6, 0])
	expect(find(smallest).share).toBe(smallest)
})

function thrownBy(work: () => unknown): unknown {
	try {
		return work()
	} catch (error) {
		return error
	}
}

test("keeps what must stay", () => {
	const latency = latencyOf([0.1, 0.01, 0.12, 0.01], 0.05)
	const rival = rivalSearch({ curves, latency, macs, atLeast: [6, 0, 6, 0] })(0.6)
	expect(Math.min(rival.kept[0]!.length, rival.kept[2]!.length)).toBeGreaterThanOrEqual(6)
})

/** Where nothing can be measured. */
const byTable = async () => ({ share: 0.5, trials: [] })

test("is as fast by the table where nothing can be measured", async () => {
	const latency = latencyOf([0.1, 0.01, 0.12, 0.01], 0.05)
	const plan = searched(latency, 0.5)
	const find = rivalSearch({ curves, latency, macs })
	expect(await fittedRival(plan, { find, fitted: byTable, goal: 0.5 })).toEqual(find(plan.share))
})

test("there is none where milliseconds are multiply-accumulates: it is the same plan", async () => {
	const latency = latencyOf([0.8, 0.1, 0.8, 0.1], 0)
	const find = rivalSearch({ curves, latency, macs })
	expect(await fittedRival(searched(latency, 0.5), { find, fitted: byTable, goal: 0.5 })).toBeUndefined()
})

test("there is none where shapes differ much in speed: it would lose far more, and is not measured", async () => {
	const latency = latencyOf([0.01, 0.1, 0.01, 0.1], 0)
	const find = rivalSearch({ curves, latency, macs })
	const fitted = () => Promise.reject(new Error("measured"))
	expect(await fittedRival(searched(latency, 0.4), { find, fitted, goal: 0.4 })).toBeUndefined()
})

test.each([
	["is faster than the table says", 0.9],
	["is slower than the table says", 1.08],
])("a rival that %s meets the budget as it is measured", async (_, factor) => {
	const latency = latencyOf([0.1, 0.01, 0.12, 0.01], 0.05)
	const find = rivalSearch({ curves, latency, macs })
	const measure = async ({ share }: Plan) => factor * share
	const fitted = (search: (share: number) => Plan) => fittedShare(0.5, { search, measure })
	const rival = await fittedRival(searched(latency, 0.48), { find, fitted, goal: 0.5 })
	expect(factor * rival!.share).toBeLessThanOrEqual(0.5)
	expect(factor * rival!.share).toBeGreaterThan(0.45)
})

test("there is none where none measures up to the budget, or the table has none that small", async () => {
	const latency = latencyOf([0.1, 0.01, 0.12, 0.01], 0.05)
	const find = rivalSearch({ curves, latency, macs, atLeast: [6, 0, 6, 0] })
	const plan = find(0.5)
	const other = { ...plan, kept: [] }
	const fitted = (search: (share: number) => Plan) => fittedShare(0.5, { search, measure: async () => 0.6 })
	expect(await fittedRival(other, { find, fitted, goal: 0.5 })).toBeUndefined()
	expect(await fittedRival({ ...other, share: 0.1 }, { find, fitted, goal: 0.5 })).toBeUndefined()
})
