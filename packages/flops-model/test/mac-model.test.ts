import { mustBe, type Sublayer } from "@winnow/tensor"
import { costModelClaims } from "@winnow/tensor/conformance"
import { describe, expect, test } from "vitest"
import { macModel } from "../src/index.ts"

const sublayers: readonly Sublayer[] = [
	{ kind: "attention", layer: 0, units: 12, channels: 32, reads: "tokens" },
	{ kind: "ffn", layer: 0, units: 40, channels: 1, reads: "tokens" },
	{ kind: "attention", layer: 1, units: 0, channels: 32, reads: "first" },
	{ kind: "ffn", layer: 1, units: 7, channels: 1, reads: "first" },
]

/** Rows x inner x columns of every matrix product, added up. */
function product(rows: number, inner: number, columns: number): number {
	return rows * inner * columns
}

describe("the model of a small encoder", () => {
	for (const { claim, check } of costModelClaims(macModel(sublayers, { hidden: 384, length: 31.47 }), sublayers)) {
		test(claim, check)
	}
})

test("a head costs its three input projections, its scores, its context and its output projection", () => {
	const [s, d, c] = [9, 16, 4]
	const projections = 3 * product(s, d, c) + product(s, c, d)
	const attention = product(s, c, s) + product(s, s, c)
	const heads: Sublayer = { kind: "attention", layer: 0, units: 2, channels: c, reads: "tokens" }
	expect(macModel([heads], { hidden: d, length: s }).cost(0, 2)).toBe(2 * (projections + attention))
})

test("a neuron costs one column of the first matrix and one row of the second", () => {
	const [s, d] = [9, 16]
	const neurons: Sublayer = { kind: "ffn", layer: 0, units: 5, channels: 1, reads: "tokens" }
	expect(macModel([neurons], { hidden: d, length: s }).cost(0, 5)).toBe(product(s, d, 5) + product(s, 5, d))
})

test("which rows are read changes no price, and nothing is fixed", () => {
	const model = macModel(sublayers, { hidden: 384, length: 20 })
	expect(model.prices?.[0]).toBe(model.prices?.[2])
	expect(model.prices?.[1]).toBe(model.prices?.[3])
	expect(model.fixed).toBe(0)
})

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("a length of %d is refused", (length) => {
	const refusal = `MAC model: ${mustBe("the length", "a positive number of tokens", length)}`
	expect(() => macModel(sublayers, { hidden: 384, length })).toThrow(refusal)
})

test("a hidden size that is no positive whole number is refused", () => {
	const refusal = `MAC model: ${mustBe("the hidden size", "a positive whole number", 0.5)}`
	expect(() => macModel(sublayers, { hidden: 0.5, length: 10 })).toThrow(refusal)
})

test("a sublayer that the model was not made for is refused", () => {
	const refusal = `MAC model: ${mustBe("the sublayer", "below 4", 4)}`
	expect(() => macModel(sublayers, { hidden: 384, length: 10 }).cost(4, 1)).toThrow(refusal)
})

test.each([
	[{ units: -1 }, "the units of sublayer 0", "a natural number", -1],
	[{ units: 1.5 }, "the units of sublayer 0", "a natural number", 1.5],
	[{ channels: 0 }, "the channels of a unit of sublayer 0", "a positive whole number", 0],
	[{ channels: Number.NaN }, "the channels of a unit of sublayer 0", "a positive whole number", Number.NaN],
] as const)("a sublayer with %o is refused", (change, what, expected, actual) => {
	const sublayer: Sublayer = { kind: "attention", layer: 0, units: 2, channels: 4, reads: "tokens", ...change }
	expect(() => macModel([sublayer], { hidden: 8, length: 4 })).toThrow(`MAC model: ${mustBe(what, expected, actual)}`)
})

test("a count of units that is none is refused", () => {
	const sublayer: Sublayer = { kind: "ffn", layer: 0, units: 2, channels: 1, reads: "tokens" }
	const { cost } = macModel([sublayer], { hidden: 8, length: 4 })
	for (const kept of [-1, Number.NaN]) {
		expect(() => cost(0, kept)).toThrow(`MAC model: ${mustBe("the kept units", "a natural number", kept)}`)
	}
})
