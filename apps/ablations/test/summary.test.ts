import { expect, it } from "vitest"
import { summary } from "../src/summary.ts"

it("is the mean, the sample standard deviation and the range", () => {
	expect(summary([2, 4, 9])).toEqual({ mean: 5, spread: Math.sqrt((9 + 1 + 16) / 2), least: 2, most: 9 })
})

it("has no spread for a single value", () => {
	expect(summary([3])).toEqual({ mean: 3, spread: undefined, least: 3, most: 3 })
})

it("is undefined without values", () => {
	expect(summary([])).toBeUndefined()
})

it("is undefined when one value is, instead of the mean of the others", () => {
	expect(summary([1, null, 3])).toBeUndefined()
})
