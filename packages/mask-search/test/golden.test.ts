import type { CostModel, RemovalCurve } from "@winnow/tensor"
import { type Golden, goldenConstraints, goldenTasks, needs, plainDiagonalCurves, readGolden } from "@winnow/testing"
import { beforeAll, describe, expect, test } from "vitest"
import { kwon2022Search, planFor, searchMasks, searchTable } from "../src/index.ts"
import { linearCost } from "./toy-models.ts"

describe.each(goldenTasks)("on the reference's gradients of %s", needs("shared"), (task) => {
	let golden: Golden
	let curves: readonly RemovalCurve[]
	let cost: CostModel
	beforeAll(() => {
		golden = readGolden(task)
		const { gradients, sublayers, hidden: d, length: s } = golden
		const prices = sublayers.map(
			({ kind, channels: c }) => 2 * s * d * c * (kind === "ffn" ? 1 : 2) + (kind === "ffn" ? 0 : 2 * s * s * c),
		)
		curves = plainDiagonalCurves(gradients)
		cost = linearCost(prices)
	})

	test.each(goldenConstraints)("searchMasks keeps the units that the reference keeps at %s", (constraint) => {
		const plan = searchMasks(curves, cost, { share: Number(constraint) })
		expect(plan.kept).toEqual(golden.kept("searched", constraint))
		// The reference sums MACs in float32.
		expect(plan.share).toBeCloseTo(golden.share(constraint), 6)
	})

	test.each(goldenConstraints)("kwon2022Search keeps the same units at %s", (constraint) => {
		expect(kwon2022Search(curves, cost, { share: Number(constraint) }).kept).toEqual(
			golden.kept("searched", constraint),
		)
	})

	test("one table gives the teachers of all budgets, searched at the square root of the share", () => {
		const table = searchTable(curves, cost)
		for (const constraint of goldenConstraints) {
			const share = Math.sqrt(Number(constraint))
			expect(planFor(table, { share }).kept).toEqual(golden.kept("teacher", constraint))
			expect(kwon2022Search(curves, cost, { share }).kept).toEqual(golden.kept("teacher", constraint))
		}
	})
})
