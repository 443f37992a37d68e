import fc from "fast-check"
import { expect, test } from "vitest"
import { leastLossChoices } from "../src/least-loss-choices.ts"
import { type ParetoOptions, paretoOptions } from "../src/pareto-options.ts"
import { fractions, rawCurve } from "./toy-models.ts"
import { type TableModel, tableModels } from "./toy-tables.ts"

const settings = { seed: 1, numRuns: 1000 }

function optionsOf({ increments, tables, atLeast }: TableModel): ParetoOptions[] {
	return increments.map((own, sublayer) => {
		return paretoOptions(rawCurve(own), Float64Array.from(tables[sublayer]!), atLeast[sublayer]!)
	})
}

function sumOf(options: readonly ParetoOptions[], choices: Uint32Array, what: "excess" | "loss"): number {
	return options.reduce((sum, option, index) => sum + option[what][choices[index]!]!, 0)
}

/** The least loss within the room, by trying everything; infinite where there is none. */
function leastLoss(options: readonly ParetoOptions[], room: number): number {
	const [first, ...rest] = options
	if (room < 0) return Number.POSITIVE_INFINITY
	if (first === undefined) return 0
	const losses = Array.from(first.excess, (excess, choice) => first.loss[choice]! + leastLoss(rest, room - excess))
	return Math.min(...losses)
}

test("options rise in cost and fall in loss, and for any count there is one as cheap and as good", () => {
	const property = fc.property(tableModels, ({ increments, tables, atLeast }) => {
		for (const [sublayer, own] of increments.entries()) {
			const curve = rawCurve(own)
			const least = atLeast[sublayer]!
			const { cheapest, excess, loss, kept } = paretoOptions(curve, Float64Array.from(tables[sublayer]!), least)
			for (let at = 1; at < kept.length; at++) {
				expect(excess[at]).toBeGreaterThan(excess[at - 1]!)
				expect(loss[at]).toBeLessThan(loss[at - 1]!)
			}
			expect(cheapest).toBe(Math.min(...tables[sublayer]!.slice(least)))
			for (let count = least; count <= own.length; count++) {
				const [cost, lost] = [tables[sublayer]![count]! - cheapest, curve.loss[own.length - count]!]
				expect([...kept.keys()].some((at) => excess[at]! <= cost && loss[at]! <= lost)).toBe(true)
			}
		}
	})
	fc.assert(property, settings)
})

test("in buckets a plan fits, and loses no more than the optimum of a room smaller by one bucket a sublayer", () => {
	const buckets = fc.constantFrom(1, 3, 8, 30)
	const limits = fc.constantFrom(0, 10)
	const property = fc.property(
		tableModels,
		buckets,
		limits,
		fractions(1.1),
		(model, buckets, exactCombinations, fraction) => {
			const options = optionsOf(model)
			const room = fraction * options.reduce((sum, { excess }) => sum + excess.at(-1)!, 0)
			const choices = leastLossChoices(options, room, { exactCombinations, buckets })
			expect(sumOf(options, choices, "excess")).toBeLessThanOrEqual(room)
			const loss = sumOf(options, choices, "loss")
			expect(loss).toBeGreaterThanOrEqual(leastLoss(options, room * (1 + 1e-12)))
			expect(loss).toBeLessThanOrEqual(leastLoss(options, room - (options.length * room) / buckets))
		},
	)
	fc.assert(property, settings)
})

test("many buckets find what all combinations find", () => {
	const property = fc.property(tableModels, fractions(1), (model, fraction) => {
		// Whole costs are far apart beside a bucket.
		const whole = { ...model, tables: model.tables.map((table) => table.map(Math.round)) }
		const options = optionsOf(whole)
		const room = fraction * options.reduce((sum, { excess }) => sum + excess.at(-1)!, 0)
		const bucketed = leastLossChoices(options, room, { exactCombinations: 0, buckets: 1000 })
		expect(bucketed).toEqual(leastLossChoices(options, room))
	})
	fc.assert(property, settings)
})

test("too few buckets can miss the optimum: the exact merge is what finds it", () => {
	const options = [1, 1].map((first) => paretoOptions(rawCurve([first, 9]), Float64Array.of(0, 1, 1.2), 0))
	expect(sumOf(options, leastLossChoices(options, 2, { exactCombinations: 0, buckets: 1 }), "loss")).toBe(10)
	expect(sumOf(options, leastLossChoices(options, 2), "loss")).toBe(2)
})

test("of equal losses within a bucket the cheaper plan stays", () => {
	// Of 0.4 and 0.5, both between 0.3 and 0.6, the dearer comes last.
	const options = [0.5, 0.4].map((cost) => paretoOptions(rawCurve([1]), Float64Array.of(0, cost), 0))
	expect(leastLossChoices(options, 0.6, { exactCombinations: 0, buckets: 2 })).toEqual(Uint32Array.of(0, 1))
})

test("nothing to choose from is no choice", () => {
	expect(leastLossChoices([], 1)).toEqual(new Uint32Array(0))
})
