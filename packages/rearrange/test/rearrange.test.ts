import { mustBe, type Plan, ShapeError, type Tensor, tensor } from "@winnow/tensor"
import { type Golden, goldenConstraints, goldenTasks, needs, readGolden } from "@winnow/testing"
import fc from "fast-check"
import { beforeAll, describe, expect, test } from "vitest"
import { blockLoss, rearrange } from "../src/index.ts"
import { naiveLoss, naivePass } from "./naive-pass.ts"

const settings = { seed: 1, numRuns: 500 }

interface Block {
	readonly gradients: Tensor<"sample unit">
	readonly kept: Uint32Array
}

/** A sublayer and what of it is kept. */
function blocks(gradient: fc.Arbitrary<number>): fc.Arbitrary<Block> {
	return fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 10 })).chain(([samples, units]) =>
		fc.record({
			gradients: fc
				.array(gradient, { minLength: samples * units, maxLength: samples * units })
				.map((values) => tensor("sample unit", [samples, units], Float32Array.from(values))),
			kept: fc.subarray([...new Array(units).keys()]).map((subset) => Uint32Array.from(subset)),
		}),
	)
}

/** Whole numbers: every sum is exact and ties are real ones. */
const wholeBlocks = blocks(fc.integer({ min: -4, max: 4 }))
const realBlocks = blocks(fc.float({ min: -1, max: 1, noNaN: true }))

function planOf(...kept: readonly Uint32Array[]): Plan {
	return { kept, cost: 12, share: 0.5, loss: 3 }
}

async function rearranged({ gradients, kept }: Block, passes: number | "converge"): Promise<Uint32Array> {
	return (await rearrange(planOf(kept), [gradients], { passes })).kept[0]!
}

function removedFrom({ gradients }: Block, kept: Uint32Array): number[] {
	return [...new Array(gradients.shape[1]).keys()].filter((unit) => !kept.includes(unit))
}

describe("rearrangement of one sublayer", () => {
	test("is the definition, pass by pass", () => {
		const property = fc.asyncProperty(wholeBlocks, async (block) => {
			let expected = [...block.kept]
			for (let passes = 1; passes <= 3; passes++) {
				expected = naivePass(block.gradients, expected)
				expect([...(await rearranged(block, passes))]).toEqual(expected)
			}
		})
		return fc.assert(property, settings)
	})

	test("keeps as many units as before and never raises the objective", () => {
		const property = fc.asyncProperty(
			realBlocks,
			fc.constantFrom(0, 1, 2, "converge" as const),
			async (block, passes) => {
				const kept = await rearranged(block, passes)
				expect(kept).toHaveLength(block.kept.length)
				expect(kept).toEqual(kept.slice().sort())
				const [after, before] = [kept, block.kept].map((each) => naiveLoss(block.gradients, removedFrom(block, each)))
				// The oracle adds the columns in the same order as the objective does.
				expect(after).toBeLessThanOrEqual(before!)
			},
		)
		return fc.assert(property, settings)
	})

	test("converges to a set that another pass does not change", () => {
		const property = fc.asyncProperty(fc.oneof(wholeBlocks, realBlocks), async (block) => {
			const kept = await rearranged(block, "converge")
			expect(await rearranged({ ...block, kept }, 1)).toEqual(kept)
		})
		return fc.assert(property, settings)
	})

	test("converges to a set that no exchange of two units improves", () => {
		const property = fc.asyncProperty(wholeBlocks, async (block) => {
			const kept = await rearranged(block, "converge")
			const removed = removedFrom(block, kept)
			const loss = naiveLoss(block.gradients, removed)
			for (const q of kept) {
				for (const j of removed) {
					const exchanged = [q, ...removed.filter((unit) => unit !== j)]
					expect(naiveLoss(block.gradients, exchanged)).toBeGreaterThanOrEqual(loss)
				}
			}
		})
		return fc.assert(property, settings)
	})
})

test("units that cancel go together although each alone is important", async () => {
	const gradients = tensor("sample unit", [1, 4], Float32Array.of(3, 1, -3, 2))
	const plan = await rearrange(planOf(Uint32Array.of(0, 2)), [gradients], { passes: "converge" })
	expect(plan.kept[0]).toEqual(Uint32Array.of(1, 3))
	expect(blockLoss(gradients, plan.kept[0]!)).toBe(0)
})

test("an exchange that gains nothing is not made", async () => {
	const twins = tensor("sample unit", [1, 2], Float32Array.of(1, 1))
	expect((await rearrange(planOf(Uint32Array.of(0)), [twins])).kept[0]).toEqual(Uint32Array.of(0))
	expect((await rearrange(planOf(Uint32Array.of(1)), [twins])).kept[0]).toEqual(Uint32Array.of(1))
})

test("cost, share and loss are the searched plan's, and the plan given stays as it was", async () => {
	const gradients = tensor("sample unit", [1, 3], Float32Array.of(2, 3, -3))
	const searched = planOf(Uint32Array.of(0))
	expect(await rearrange(searched, [gradients])).toEqual(planOf(Uint32Array.of(0)))
	const other = planOf(Uint32Array.of(1))
	expect(await rearrange(other, [gradients])).toEqual(planOf(Uint32Array.of(0)))
	expect(other).toEqual(planOf(Uint32Array.of(1)))
})

test("sublayers of different widths, also without units, are rearranged each by itself", async () => {
	const none = tensor("sample unit", [2, 0], new Float32Array(0))
	const some = tensor("sample unit", [2, 3], Float32Array.of(1, -1, 5, 2, -2, 5))
	const whole = tensor("sample unit", [2, 2], Float32Array.of(1, 2, 3, 4))
	const plan = planOf(new Uint32Array(0), Uint32Array.of(0), Uint32Array.of(0, 1))
	expect((await rearrange(plan, [none, some, whole])).kept).toEqual([
		new Uint32Array(0),
		Uint32Array.of(2),
		Uint32Array.of(0, 1),
	])
})

describe.each(goldenTasks)("from the reference's gradients and searched masks of %s", needs("shared"), (task) => {
	let golden: Golden
	beforeAll(() => {
		golden = readGolden(task)
	})

	test.each(goldenConstraints)("one pass keeps the units that the reference keeps at %s", async (constraint) => {
		const plan = await rearrange(planOf(...golden.kept("searched", constraint)), golden.gradients)
		expect(plan.kept).toEqual(golden.kept("rearranged", constraint))
	})
})

test("progress is told sublayer by sublayer, and an aborted run stops with its reason", async () => {
	const gradients = tensor("sample unit", [1, 2], Float32Array.of(1, 2))
	const plan = planOf(Uint32Array.of(0), Uint32Array.of(0))
	const done: number[] = []
	await rearrange(plan, [gradients, gradients], { onProgress: (progress) => done.push(progress.done) })
	expect(done).toEqual([0, 1, 2])
	const reason = new Error("enough")
	const stopping = () => rearrange(plan, [gradients, gradients], { signal: AbortSignal.abort(reason) })
	await expect(stopping()).rejects.toThrow(reason)
})

test.each([-1, 0.5, Number.NaN])("%d passes are refused", async (passes) => {
	const refusal = `rearrange: ${mustBe("the number of passes", 'a natural number or "converge"', passes)}`
	await expect(rearrange(planOf(), [], { passes })).rejects.toThrow(refusal)
})

test("a plan for other sublayers is refused", async () => {
	const gradients = tensor("sample unit", [1, 2], Float32Array.of(1, 2))
	await expect(rearrange(planOf(), [gradients])).rejects.toThrow(
		new ShapeError("rearrange", "the number of gradient tensors", "0, one a sublayer of the plan", 1),
	)
	await expect(rearrange(planOf(Uint32Array.of(2)), [gradients])).rejects.toThrow(
		new ShapeError("rearrange", "a kept unit", "below 2", 2),
	)
})

test("gradients that are not finite are refused, where a comparison with NaN would leave the plan as it is", async () => {
	const gradients = tensor("sample unit", [2, 3], Float32Array.of(1, 2, 3, 4, Number.NaN, 6))
	await expect(rearrange(planOf(Uint32Array.of(0)), [gradients])).rejects.toThrow(
		`rearrange: ${mustBe("the mask gradients of sublayer 0", "finite", Number.NaN)}`,
	)
})

test.each([
	["twice", [1, 1]],
	["out of order", [2, 0]],
])("a plan that keeps a unit %s is refused", async (_, kept) => {
	const gradients = tensor("sample unit", [1, 3], Float32Array.of(1, 2, 3))
	await expect(rearrange(planOf(Uint32Array.from(kept)), [gradients])).rejects.toThrow(
		new ShapeError("rearrange", "the kept units of sublayer 0", "ascending, each once", kept),
	)
})
