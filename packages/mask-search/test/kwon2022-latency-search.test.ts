import {
	InfeasibleBudgetError,
	InvalidInputError,
	mustBe,
	ShapeError,
	type Sublayer,
	UnsupportedError,
} from "@winnow/tensor"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { kwon2022LatencySearch, searchMasks } from "../src/index.ts"
import { naiveLatencySearch, naiveStrictSearch, type ToyEncoder } from "./naive-latency-search.ts"
import { fractions, scoreCurve, tableCost, widths } from "./toy-models.ts"

const settings = { seed: 1, numRuns: 1000 }

const wholeScore = fc.integer({ min: 0, max: 6 })
const milliseconds = fractions(4).map((ms) => ms + 0.001)

/** Rising or not; some flat at first. Where first units cost little, a budget lasts for several drop configurations. */
const table = (units: number) =>
	fc
		.record({
			base: fc.oneof(
				milliseconds,
				milliseconds.map((ms) => ms / 40),
			),
			steps: fc.array(fc.oneof(fc.constant(0), milliseconds), { minLength: units - 1, maxLength: units - 1 }),
			rising: fc.boolean(),
		})
		.map(({ base, steps, rising }) => {
			let sum = base
			return [0, base, ...steps.map((step) => (rising ? (sum += step) : base + step))]
		})

/** Encoders of one to three layers, one to three heads and one to four neurons a layer; the last layer may read one token only. */
const encoders: fc.Arbitrary<ToyEncoder> = fc
	.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 }))
	.chain(([layers, heads, neurons]) => {
		const scores = (units: number) => fc.array(wholeScore, { minLength: units, maxLength: units })
		const layer = fc.tuple(scores(heads), scores(neurons))
		return fc.record({
			scores: fc.array(layer, { minLength: layers, maxLength: layers }).map((all) => all.flat()),
			tables: fc.tuple(table(heads), table(neurons)),
			lastReads: fc.constantFrom<Sublayer["reads"]>("tokens", "first"),
			lastFactor: fc.constantFrom<number>(1, 0.25, 2),
			fixed: fc.constantFrom<number>(0, 0.7),
			fraction: fractions(0.999),
		})
	})
	.map(({ scores, tables, lastReads, lastFactor, fixed, fraction }) => {
		const last = scores.length / 2 - 1
		const sublayers = scores.map((row, index) => ({
			kind: index % 2 === 0 ? ("attention" as const) : ("ffn" as const),
			layer: Math.floor(index / 2),
			units: row.length,
			channels: 1,
			reads: Math.floor(index / 2) === last ? lastReads : ("tokens" as const),
		}))
		const own = sublayers.map(({ layer }, index) =>
			tables[index % 2]!.map((ms) => ms * (layer === last ? lastFactor : 1)),
		)
		const full = own.reduce((sum, costs) => sum + costs.at(-1)!, fixed)
		return { scores, tables: own, sublayers, fixed, budget: fraction * full }
	})

function search({ scores, tables, sublayers, fixed, budget }: ToyEncoder, strictReference: boolean) {
	const options = { sublayers, strictReference }
	return kwon2022LatencySearch(scores.map(scoreCurve), tableCost(tables, fixed), { atMost: budget }, options)
}

describe("the paper's search for latency", () => {
	test("keeps what a search over all drops and numbers of heads, written as the formulas are, keeps", () => {
		const property = fc.property(encoders, (model) => {
			const expected = naiveLatencySearch(model)
			if (expected === undefined) {
				expect(model.budget).toBeLessThan(model.fixed)
				expect(() => search(model, false)).toThrow(InfeasibleBudgetError)
				return
			}
			const plan = search(model, false)
			expect(plan.kept.map((kept) => [...kept])).toEqual(expected.kept)
			expect(plan.loss).toBe(expected.loss)
			expect(plan.cost).toBeLessThanOrEqual(model.budget * (1 + 1e-9))
		})
		fc.assert(property, settings)
	})

	test("keeps, if strict, what the double loop over a budget that is never given back keeps", () => {
		let found = 0
		const property = fc.property(encoders, (model) => {
			const expected = naiveStrictSearch(model)
			if (typeof expected === "string") {
				expect(() => search(model, true)).toThrow(expected === "too small" ? InfeasibleBudgetError : UnsupportedError)
				return
			}
			found++
			const plan = search(model, true)
			expect(plan.kept.map((kept) => [...kept])).toEqual(expected.kept)
			expect(plan.loss).toBe(expected.loss)
		})
		fc.assert(property, settings)
		expect(found).toBeGreaterThan(100)
	})
})

const [attention, ffn] = (["attention", "ffn"] as const).map((kind) => (layer: number, units: number): Sublayer => {
	return { kind, layer, units, channels: 1, reads: "tokens" }
}) as [(layer: number, units: number) => Sublayer, (layer: number, units: number) => Sublayer]

/** Two layers of two heads and three neurons; the second attention hardly matters, and a first head is dear. */
const uneven: ToyEncoder = {
	scores: [
		[10, 10],
		[6, 6, 6],
		[1, 1],
		[6, 6, 6],
	],
	tables: [
		[0, 4, 5],
		[0, 1, 2, 3],
		[0, 4, 5],
		[0, 1, 2, 3],
	],
	sublayers: [attention(0, 2), ffn(0, 3), attention(1, 2), ffn(1, 3)],
	fixed: 0,
	budget: 11,
}

test("drops a sublayer that hardly matters, where the paper's code has spent its budget before it looks", () => {
	const [plan, strict] = [search(uneven, false), search(uneven, true)]
	expect(widths(plan)).toEqual([2, 3, 0, 3])
	expect(plan).toMatchObject({ cost: 11, loss: 2 })
	expect(widths(strict)).toEqual([2, 1, 1, 1])
	expect(strict).toMatchObject({ cost: 11, loss: 25 })
})

test("strict: nothing is ever dropped, whatever the budget", () => {
	for (let budget = 11; budget < 16; budget += 0.25) {
		const strict = search({ ...uneven, budget }, true)
		for (const width of widths(strict)) expect(width).toBeGreaterThan(0)
		expect(search({ ...uneven, budget }, false).loss).toBeLessThanOrEqual(strict.loss)
	}
})

test("the whole model stays under its whole budget, and nothing under none", () => {
	expect(widths(search({ ...uneven, budget: 16 }, false))).toEqual([2, 3, 2, 3])
	expect(widths(search({ ...uneven, budget: 0 }, false))).toEqual([0, 0, 0, 0])
})

test("a candidate that fits the line but not the table is skipped", () => {
	const model: ToyEncoder = {
		scores: [[9], [1, 1, 1, 1]],
		tables: [
			[0, 1],
			[0, 1, 2, 4.5, 4],
		],
		sublayers: [attention(0, 1), ffn(0, 4)],
		fixed: 0,
		budget: 4.5,
	}
	// By the line, 1 + 17/14 (n - 1), three neurons fit beside the head; by the table they do not, and two are never tried.
	expect(search(model, false)).toMatchObject({ cost: 1, loss: 4 })
	expect(searchMasks(model.scores.map(scoreCurve), tableCost(model.tables), { atMost: 4.5 })).toMatchObject({ loss: 2 })
})

test("units beyond T are free where the table is flat", () => {
	const flat = {
		...uneven,
		scores: [
			[9, 1],
			[1, 2, 3],
		],
		sublayers: [attention(0, 2), ffn(0, 3)],
	}
	const plan = search(
		{
			...flat,
			tables: [
				[0, 2, 2],
				[0, 3, 3, 3],
			],
			budget: 5,
		},
		false,
	)
	expect(widths(plan)).toEqual([2, 3])
	expect(
		widths(
			search(
				{
					...flat,
					tables: [
						[0, 2, 2],
						[0, 3, 3, 3],
					],
					budget: 4,
				},
				false,
			),
		),
	).toEqual([2, 0])
})

test("the fit is made to the first sublayer that reads all tokens", () => {
	const last = { ...ffn(0, 3), reads: "first" as const }
	const model: ToyEncoder = {
		scores: [[5], [1, 2, 3], [5], [1, 2, 3]],
		tables: [
			[0, 1],
			[0, 1, 1, 1],
			[0, 1],
			[0, 1, 2, 3],
		],
		sublayers: [attention(0, 1), last, attention(1, 1), ffn(1, 3)],
		fixed: 0,
		budget: 5,
	}
	// At a price of 1 for each neuron beyond the first one more fits; the other table would give them away.
	expect(search(model, false)).toMatchObject({ loss: 4, cost: 4 })
})

test("a budget below what is fixed names the smallest feasible share", () => {
	const below = () => search({ ...uneven, fixed: 4, budget: 3 }, false)
	expect(below).toThrow(new InfeasibleBudgetError("mask search", 3 / 20, 4 / 20))
	expect(widths(search({ ...uneven, fixed: 4, budget: 4 }, false))).toEqual([0, 0, 0, 0])
})

test("strict: a budget below the first units of all sublayers and one head more names what is enough", () => {
	// Bases of 4 + 1 + 4 + 1, and a head of 1.
	expect(() => search({ ...uneven, budget: 9 }, true)).toThrow(
		new InfeasibleBudgetError("mask search", 9 / 16, 11 / 16),
	)
	expect(search({ ...uneven, budget: 11 }, true).cost).toBe(11)
})

test("strict: the budget is held by the fit only", () => {
	const model = {
		...uneven,
		tables: uneven.tables.map((costs) => costs.map((ms, kept) => (kept === 1 ? ms + 0.5 : ms))),
	}
	const dear = { ...model, tables: [uneven.tables[0]!, uneven.tables[1]!, ...model.tables.slice(2)] }
	// The second layer is dearer than the first, which the fit was made to.
	expect(search(dear, true).cost).toBeGreaterThan(11)
	expect(search(dear, false).cost).toBeLessThanOrEqual(11)
})

test("strict: what the paper's code cannot do is refused", () => {
	const refusal = (model: ToyEncoder) => () => search(model, true)
	const flatNeurons = {
		...uneven,
		tables: uneven.tables.map((costs, index) => (index % 2 === 1 ? [0, 2, 2, 2] : costs)),
	}
	expect(refusal(flatNeurons)).toThrow(
		mustBe("the slope of the fit to FFN sublayers", "above 0: the paper's code divides by zero here", 0),
	)
	const oneHead = {
		...uneven,
		scores: uneven.scores.map((row, index) => (index % 2 === 0 ? [9] : row)),
		sublayers: [attention(0, 1), ffn(0, 3), attention(1, 1), ffn(1, 3)],
	}
	expect(refusal(oneHead)).toThrow("the paper's code buys at least one head beyond T")
	expect(
		refusal({ ...uneven, scores: uneven.scores.map((row) => row.map((_, unit) => (unit === 0 ? 1 : 0))) }),
	).toThrow("the paper's code ends without a plan")
	const seconds = uneven.tables.map((costs) => costs.map((ms, kept) => ms * (kept === 2 ? 900 : 300)))
	expect(refusal({ ...uneven, tables: seconds, budget: 3000 })).toThrow(
		"the squared error of a fit must be below 10000",
	)
	expect(refusal({ ...uneven, budget: 16 })).toThrow(mustBe("the budget", "a share in (0, 1)", 1))
})

test("what is not the paper's model is refused", () => {
	const curves = uneven.scores.map(scoreCurve)
	const searching = (changed: Partial<ToyEncoder>) => () => search({ ...uneven, ...changed }, false)
	expect(searching({ sublayers: uneven.sublayers.slice(1) })).toThrow(ShapeError)
	expect(searching({ sublayers: [attention(0, 3), ...uneven.sublayers.slice(1)] })).toThrow(ShapeError)
	expect(
		searching({ scores: [[1], ...uneven.scores.slice(1)], sublayers: [attention(0, 1), ...uneven.sublayers.slice(1)] }),
	).toThrow(mustBe("the units of attention sublayers", "one number above 0", "1, 2"))
	expect(searching({ scores: [[1]], sublayers: [attention(0, 1)], tables: [[0, 1]] })).toThrow(
		mustBe("the units of ffn sublayers", "one number above 0", "none"),
	)
	expect(
		searching({ tables: uneven.tables.map((costs) => costs.map((ms, kept) => (kept === 2 ? Number.NaN : ms))) }),
	).toThrow(InvalidInputError)
	const concave = { order: Uint32Array.of(0, 1), loss: Float64Array.of(0, 3, 4) }
	expect(() => {
		kwon2022LatencySearch([concave, ...curves.slice(1)], tableCost(uneven.tables), { share: 0.5 }, uneven)
	}).toThrow("removal curve 0 must be convex")
})
