import { mustBe } from "./errors/must-be.ts"
import { WinnowError } from "./errors/winnow-error.ts"
import type { CostModel } from "./plan.ts"
import type { Sublayer } from "./sublayer.ts"

/** What every implementation of an interface must satisfy: a sentence, and a check that throws where it does not hold. */
export interface Claim {
	readonly claim: string
	readonly check: () => void
}

/**
 * The claims that every cost model must satisfy, whatever it counts.
 *
 * Tables of measured costs need be neither linear nor convex nor monotone, so only a count of MACs is asked to rise.
 * Needs no test runner: each claim becomes one test of whichever is used.
 *
 * @param model - the model under test
 * @param sublayers - what it was made for
 * @example
 * for (const { claim, check } of costModelClaims(macModel(sublayers, { hidden, length }), sublayers)) test(claim, check)
 */
export function costModelClaims(model: CostModel, sublayers: readonly Sublayer[]): readonly Claim[] {
	return [
		{ claim: "what no pruning removes has a finite cost, zero or more", check: () => demandCost("fixed", model.fixed) },
		{
			claim: "a sublayer without units costs nothing beyond the fixed part",
			check: () => emptyIsFree(model, sublayers),
		},
		{ claim: "every cost is finite, zero or more", check: () => costsAreCosts(model, sublayers) },
		{ claim: "the same question has the same answer", check: () => answersRepeat(model, sublayers) },
		{ claim: "a count of MACs rises with every unit", check: () => countsRise(model, sublayers) },
		{
			claim: "prices, where there are any, are positive, one a sublayer",
			check: () => pricesArePrices(model, sublayers),
		},
		{ claim: "with prices, a cost is price times units", check: () => costsFollowPrices(model, sublayers) },
	]
}

function emptyIsFree(model: CostModel, sublayers: readonly Sublayer[]): void {
	for (const index of sublayers.keys()) demand(model.cost(index, 0) === 0, costOf(index, 0), "0", model.cost(index, 0))
}

function costsAreCosts(model: CostModel, sublayers: readonly Sublayer[]): void {
	forEachCount(sublayers, (index, kept) => demandCost(costOf(index, kept), model.cost(index, kept)))
}

function answersRepeat(model: CostModel, sublayers: readonly Sublayer[]): void {
	const first: number[] = []
	forEachCount(sublayers, (index, kept) => first.push(model.cost(index, kept)))
	let at = 0
	forEachCount(sublayers, (index, kept) => {
		const [before, now] = [first[at++], model.cost(index, kept)]
		demand(Object.is(before, now), costOf(index, kept), `${before} again`, now)
	})
}

function countsRise(model: CostModel, sublayers: readonly Sublayer[]): void {
	if (model.unit !== "MAC") return
	forEachCount(sublayers, (index, kept) => {
		if (kept === 0) return
		const [fewer, cost] = [model.cost(index, kept - 1), model.cost(index, kept)]
		demand(cost > fewer, costOf(index, kept), `above ${fewer}`, cost)
	})
}

function pricesArePrices({ prices }: CostModel, sublayers: readonly Sublayer[]): void {
	if (prices === undefined) return
	demand(prices.length === sublayers.length, "prices", `${sublayers.length} long`, prices.length)
	for (const [index, price] of prices.entries()) {
		demand(Number.isFinite(price) && price > 0, `the price of sublayer ${index}`, "positive", price)
	}
}

function costsFollowPrices(model: CostModel, sublayers: readonly Sublayer[]): void {
	const { prices } = model
	if (prices === undefined) return
	forEachCount(sublayers, (index, kept) => {
		const [expected, cost] = [prices[index]! * kept, model.cost(index, kept)]
		demand(cost === expected, costOf(index, kept), String(expected), cost)
	})
}

function forEachCount(sublayers: readonly Sublayer[], visit: (index: number, kept: number) => void): void {
	for (const [index, { units }] of sublayers.entries()) {
		for (let kept = 0; kept <= units; kept++) visit(index, kept)
	}
}

function costOf(index: number, kept: number): string {
	return `the cost of ${kept} units of sublayer ${index}`
}

function demandCost(what: string, cost: number): void {
	demand(Number.isFinite(cost) && cost >= 0, what, "a finite number, zero or more", cost)
}

function demand(holds: boolean, what: string, expected: string, actual: unknown): void {
	if (!holds) throw new WinnowError("cost model", mustBe(what, expected, actual))
}
