import type { CostModel, Plan, RemovalCurve } from "@winnow/tensor"
import fc from "fast-check"

/** Linear cost from one price a sublayer. */
export function linearCost(prices: readonly number[], fixed = 0): CostModel {
	return {
		unit: "MAC",
		fixed,
		prices: Float64Array.from(prices),
		cost: (sublayer, kept) => prices[sublayer]! * kept,
	}
}

/** The curve of independent scores: lowest first, of equals the higher index. */
export function scoreCurve(scores: readonly number[]): RemovalCurve {
	const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]! || b - a)
	let sum = 0
	return { order, loss: Float64Array.of(0, ...Array.from(order, (unit) => (sum += scores[unit]!))) }
}

/** Even over 0 to `max`, in thousandths, where the doubles of fast-check lie mostly near 0. */
export function fractions(max: number): fc.Arbitrary<number> {
	return fc.integer({ min: 0, max: Math.round(max * 1000) }).map((thousandths) => thousandths / 1000)
}

export interface ToyModel {
	readonly scores: readonly (readonly number[])[]
	readonly prices: readonly number[]
	readonly fixed: number
	/** Between nothing and a little more than all units cost. */
	readonly budget: number
}

/**
 * Random models of at most twelve units in sublayers of two prices.
 *
 * Numbers are whole, so that every sum is exact and ties are real ones.
 */
export function toyModels(score: fc.Arbitrary<number>): fc.Arbitrary<ToyModel> {
	const sublayer = fc.record({ scores: fc.array(score, { maxLength: 5 }), dear: fc.boolean() })
	return fc
		.record({
			sublayers: fc
				.array(sublayer, { minLength: 1, maxLength: 5 })
				.filter((all) => all.reduce((sum, { scores }) => sum + scores.length, 0) <= 12),
			pair: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
			fixed: fc.integer({ min: 0, max: 5 }),
			fraction: fractions(1.1),
		})
		.map(({ sublayers, pair, fixed, fraction }) => {
			const scores = sublayers.map((each) => each.scores)
			const prices = sublayers.map(({ dear }) => (dear ? pair[0] : pair[1]))
			const units = scores.reduce((sum, { length }, index) => sum + length * prices[index]!, 0)
			return { scores, prices, fixed, budget: fixed + Math.round(fraction * units) }
		})
}

/** Any running sum is a curve; the order is turned round to differ from the index. */
export function rawCurve(increments: readonly number[]): RemovalCurve {
	let sum = 0
	const loss = Float64Array.of(0, ...increments.map((each) => (sum += each)))
	return { order: Uint32Array.from(increments.keys()).reverse(), loss }
}

/** Cost from one table a sublayer: `tables[l][k]` for k kept units. */
export function tableCost(tables: readonly (readonly number[])[], fixed = 0): CostModel {
	return { unit: "ms", fixed, cost: (sublayer, kept) => tables[sublayer]![kept]! }
}

/** How many units each sublayer keeps. */
export function widths({ kept }: Plan): number[] {
	return kept.map(({ length }) => length)
}
