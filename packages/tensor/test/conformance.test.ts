import { describe, expect, test } from "vitest"
import { costModelClaims } from "../src/conformance.ts"
import type { CostModel, Sublayer } from "../src/index.ts"

const sublayers: readonly Sublayer[] = [
	{ kind: "attention", layer: 0, units: 3, channels: 2, reads: "tokens" },
	{ kind: "ffn", layer: 0, units: 0, channels: 1, reads: "tokens" },
	{ kind: "ffn", layer: 1, units: 5, channels: 1, reads: "first" },
]
const prices = Float64Array.of(0.1, 0.7, 0.3)
const linear: CostModel = { unit: "MAC", fixed: 2, prices, cost: (index, kept) => prices[index]! * kept }
const stairs: CostModel = { unit: "ms", fixed: 0, cost: (index, kept) => [0, 2, 2, 5, 4, 4][kept]! * (index + 1) }

let asked = 0
const broken: readonly (readonly [claim: string, model: CostModel])[] = [
	["what no pruning removes has a finite cost, zero or more", { ...linear, fixed: Number.NaN }],
	["a sublayer without units costs nothing beyond the fixed part", { ...stairs, cost: () => 1 }],
	["every cost is finite, zero or more", { ...stairs, cost: (_, kept) => -kept }],
	["the same question has the same answer", { ...stairs, cost: (_, kept) => kept + asked++ }],
	["a count of MACs rises with every unit", { unit: "MAC", fixed: 0, cost: stairs.cost }],
	["prices, where there are any, are positive, one a sublayer", { ...linear, prices: Float64Array.of(1, 0, 1) }],
	["with prices, a cost is price times units", { ...linear, cost: (index, kept) => prices[index]! * kept + 1e-12 }],
]

describe.each([
	["a linear count of MACs", linear],
	["a staircase of measured times", stairs],
])("%s", (_, model) => {
	for (const { claim, check } of costModelClaims(model, sublayers)) test(claim, check)
})

test.each(broken)("the claim '%s' refuses a model that breaks it", (claim, model) => {
	const found = costModelClaims(model, sublayers).find((each) => each.claim === claim)
	expect(found?.check).toThrow(/^cost model: .* must be .* \(was .*\)$/)
})

test("every claim has a model that breaks it", () => {
	expect(costModelClaims(linear, sublayers).map(({ claim }) => claim)).toEqual(broken.map(([claim]) => claim))
})
