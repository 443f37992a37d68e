import fc from "fast-check"
import { expect, test } from "vitest"
import { piecewiseLinearFit } from "../src/piecewise-linear-fit.ts"
import { fractions } from "./toy-models.ts"

const settings = { seed: 1, numRuns: 500 }

test("recovers an exact table: where it rises from, what the flat piece costs, and by how much it rises", () => {
	// Quarters: every sum is exact.
	const models = fc.record({
		units: fc.integer({ min: 1, max: 40 }),
		flat: fc.integer({ min: 1, max: 40 }),
		base: fc.integer({ min: 0, max: 40 }).map((quarters) => quarters / 4),
		slope: fc.integer({ min: 1, max: 9 }).map((quarters) => quarters / 4),
	})
	const property = fc.property(models, ({ units, flat, base, slope }) => {
		const threshold = Math.min(flat, units)
		const costs = Float64Array.from({ length: units }, (_, at) => base + slope * Math.max(0, at + 1 - threshold))
		// Flat throughout: any T fits, and the smallest is taken.
		const expected = threshold === units ? { threshold: 1, base, slope: 0 } : { threshold, base, slope }
		expect(piecewiseLinearFit(costs)).toEqual({ ...expected, error: 0 })
	})
	fc.assert(property, settings)
})

/** Squared error of the best flat piece of T units with the best line of a slope no less than 0 from its end. */
function squaredError(costs: readonly number[], threshold: number): number {
	const flat = costs.slice(0, threshold)
	const base = flat.reduce((sum, each) => sum + each, 0) / threshold
	const rising = costs.slice(threshold).map((each, at) => [at + 1, each - base] as const)
	const errorOf = (slope: number) => rising.reduce((sum, [x, y]) => sum + (y - slope * x) ** 2, 0)
	// The error is a parabola in the slope: three of its values give its lowest point.
	const [left, middle, right] = [errorOf(-1), errorOf(0), errorOf(1)]
	const curvature = left - 2 * middle + right
	const lowest = curvature === 0 ? 0 : (left - right) / 2 / curvature
	return flat.reduce((sum, each) => sum + (each - base) ** 2, 0) + errorOf(Math.max(0, lowest))
}

test("has the least squared error of all T", () => {
	const tables = fc.array(fractions(10), { minLength: 1, maxLength: 12 })
	const property = fc.property(tables, fc.boolean(), (costs, rising) => {
		const table = rising ? costs.toSorted((a, b) => a - b) : costs
		const fit = piecewiseLinearFit(Float64Array.from(table))
		const errors = table.map((_, at) => squaredError(table, at + 1))
		expect(fit.error).toBeCloseTo(Math.min(...errors), 8)
		expect(errors[fit.threshold - 1]).toBeCloseTo(fit.error, 8)
		// T, c and a are the ones whose error is reported.
		const fitted = table.map((_, at) => fit.base + fit.slope * Math.max(0, at + 1 - fit.threshold))
		expect(table.reduce((sum, each, at) => sum + (each - fitted[at]!) ** 2, 0)).toBeCloseTo(fit.error, 8)
	})
	fc.assert(property, settings)
})

test("a table that falls gets no slope below 0", () => {
	expect(piecewiseLinearFit(Float64Array.of(4, 3, 2, 1)).slope).toBe(0)
})
