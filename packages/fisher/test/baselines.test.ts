import { mustBe, tensor } from "@winnow/tensor"
import { describe, expect, it } from "vitest"
import { magnitudeCurves, randomCurves } from "../src/index.ts"
import { sublayerOf } from "./statistics.ts"

describe("magnitudeCurves", () => {
	it("let units of the smallest weights go first, of equals the higher index", () => {
		const weights = tensor("channel hidden", [4, 2], Float32Array.of(3, 4, 0, 1, 1, 0, -6, 0))
		expect(magnitudeCurves([weights], [sublayerOf(4)])).toEqual([
			{ order: Uint32Array.of(2, 1, 0, 3), loss: Float64Array.of(0, 1, 2, 27, 63) },
		])
	})

	it("add up the channels of a head", () => {
		const weights = tensor("channel hidden", [4, 1], Float32Array.of(3, 1, 2, 1))
		expect(magnitudeCurves([weights], [sublayerOf(2, 2)])).toEqual([
			{ order: Uint32Array.of(1, 0), loss: Float64Array.of(0, 5, 15) },
		])
	})

	it("are empty for a sublayer without units", () => {
		const weights = tensor("channel hidden", [0, 3], new Float32Array())
		expect(magnitudeCurves([weights], [sublayerOf(0)])).toEqual([
			{ order: new Uint32Array(), loss: Float64Array.of(0) },
		])
	})

	it("refuse weights that do not fit or are not finite", () => {
		const weights = tensor("channel hidden", [2, 1], Float32Array.of(1, Number.NaN))
		const where = "magnitude curves"
		expect(() => magnitudeCurves([weights], [])).toThrow(
			`${where}: ${mustBe("the number of weights", "0, one a sublayer", 1)}`,
		)
		expect(() => magnitudeCurves([weights], [sublayerOf(3)])).toThrow(
			`${where}: ${mustBe("the rows of W of sublayer 0", "3", 2)}`,
		)
		expect(() => magnitudeCurves([weights], [sublayerOf(2)])).toThrow(
			`${where}: ${mustBe("the weights of sublayer 0", "finite", Number.NaN)}`,
		)
	})
})

describe("randomCurves", () => {
	const sublayers = [sublayerOf(12, 32), sublayerOf(1000), sublayerOf(0)]

	it("are the same for the same seed, and others for another", () => {
		expect(randomCurves(sublayers, 3)).toEqual(randomCurves(sublayers, 3))
		expect(randomCurves(sublayers, 3)[1]!.order).not.toEqual(randomCurves(sublayers, 4)[1]!.order)
	})

	it("hold every unit once, in an order that says nothing of its index", () => {
		const [, { order }] = randomCurves(sublayers, 1) as [unknown, { order: Uint32Array }]
		expect([...order].sort((a, b) => a - b)).toEqual([...Array(1000).keys()])
		const meanOf = (units: Uint32Array) => units.reduce((sum, unit) => sum + unit, 0) / units.length
		// Of 500 numbers below 1,000: 499.5, with a standard deviation of 9.1.
		expect(Math.abs(meanOf(order.subarray(0, 500)) - 499.5)).toBeLessThan(40)
	})

	it("count a unit in proportion to its weights: 4 a channel of a head, 2 a neuron", () => {
		const [heads, neurons] = randomCurves([sublayerOf(1000, 32), sublayerOf(1000)], 1)
		// Means of 1,000 even draws: 0.5, with a standard deviation of 0.009.
		expect(Math.abs(heads!.loss[1000]! / 1000 / (4 * 32) - 0.5)).toBeLessThan(0.04)
		expect(Math.abs(neurons!.loss[1000]! / 1000 / 2 - 0.5)).toBeLessThan(0.04)
	})
})

it.each([Number.NaN, 1.5, 2 ** 53])("a seed of %d is refused", (seed) => {
	const refusal = `random curves: ${mustBe("the seed", "a whole number below 2^53", seed)}`
	expect(() => randomCurves([sublayerOf(2)], seed)).toThrow(refusal)
})
