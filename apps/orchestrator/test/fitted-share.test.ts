import { InfeasibleBudgetError, type Plan } from "@winnow/tensor"
import { expect, test } from "vitest"
import { fittedShare } from "../src/latency/fitted-share.ts"

/** A search that plans in steps, and what it was asked for. Models cost at least `least` by the table. */
function madeUp({
	step = 0.001,
	least = 0,
	actual,
}: {
	step?: number
	least?: number
	actual: (share: number) => number
}) {
	const asked: number[] = []
	const search = (share: number): Plan => {
		if (share < least) throw new InfeasibleBudgetError("mask search", share, least)
		asked.push(share)
		return { kept: [], cost: 0, loss: 0, share: Math.max(least, Math.floor(share / step + 1e-9) * step) }
	}
	return { asked, search, measure: async (plan: Plan) => actual(plan.share) }
}

test("a table that is right is asked once, for a little less than the budget", async () => {
	const { search, measure, asked } = madeUp({ actual: (share) => share })
	const { share, trials } = await fittedShare(0.5, { search, measure })
	expect(share).toBeCloseTo(0.48, 12)
	expect(asked).toHaveLength(1)
	expect(trials).toEqual([{ asked: share, predicted: expect.closeTo(0.48), measured: expect.closeTo(0.48) }])
})

test.each([
	["promises too much", (share: number) => 1.2 * share],
	["promises too little", (share: number) => 0.75 * share],
	["is off by an amount", (share: number) => share + 0.1],
])("a table that %s is corrected by what was measured", async (_, actual) => {
	const { search, measure } = madeUp({ actual })
	const { share, trials } = await fittedShare(0.5, { search, measure })
	expect(actual(share)).toBeLessThanOrEqual(0.5)
	expect(actual(share)).toBeGreaterThan(0.45)
	expect(trials.length).toBeLessThanOrEqual(4)
})

test("the slowest model within the budget is the best, whatever was measured last", async () => {
	const measured = [0.4, 0.6, 0.44, 0.55]
	const { search } = madeUp({ actual: () => 0 })
	const { share, trials } = await fittedShare(0.5, { search, measure: async () => measured.shift()! })
	expect(trials).toHaveLength(4)
	expect(share).toBe(trials[2]!.asked)
})

test("where nothing is within the budget, it is the fastest", async () => {
	const measured = [0.7, 0.6, 0.65, 0.66]
	const { search } = madeUp({ actual: () => 0 })
	const { share, trials } = await fittedShare(0.5, { search, measure: async () => measured.shift()! })
	expect(share).toBe(trials[1]!.asked)
})

test("a search that has nothing else to offer is not asked again", async () => {
	const { search, measure } = madeUp({ step: 0.3, actual: (share) => share })
	const { share, trials } = await fittedShare(0.5, { search, measure })
	expect(trials.map(({ measured }) => measured)).toEqual([expect.closeTo(0.3), expect.closeTo(0.6)])
	expect(share).toBe(trials[0]!.asked)
	const full = await fittedShare(1, madeUp({ actual: () => 0.5 }))
	expect(full.share).toBe(1)
	expect(full.trials).toHaveLength(2)
})

test("a budget just above the smallest model is met by the smallest model", async () => {
	const { search, measure } = madeUp({ least: 0.495, actual: (share) => share })
	const { share } = await fittedShare(0.5, { search, measure })
	expect(share).toBeCloseTo(0.495, 6)
})

test("a budget below it is refused in the user's own figure", async () => {
	const { search, measure } = madeUp({ least: 0.6, actual: (share) => share })
	await expect(fittedShare(0.5, { search, measure })).rejects.toThrow(
		"mask search: the budget must be at least 0.6 of the model's cost (was 0.5)",
	)
})
