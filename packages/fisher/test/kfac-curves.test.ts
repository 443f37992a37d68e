import { type Gemm64, plainGemm64 } from "@winnow/linalg"
import { mustBe, type Progress, type RemovalCurve, ShapeError, type SublayerStatistics, tensor } from "@winnow/tensor"
import { toBeAllclose } from "@winnow/testing"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type KfacOptions, kfacCurves } from "../src/index.ts"
import fixtures from "./fixtures/kfac-curves.json" with { type: "json" }
import { changed, jointCost, type Material, material, random, sublayerOf } from "./statistics.ts"

expect.extend({ toBeAllclose })

/** Inverses of matrices with condition numbers up to about 1e4, and differences of what they are made of. */
const conditioned = { rtol: 1e-8, atol: 1e-10 }

async function curveOf({ statistics, sublayer }: Material, options?: KfacOptions): Promise<RemovalCurve> {
	const [curve] = await kfacCurves([statistics], [sublayer], options)
	return curve!
}

const sizes = fc.record({
	units: fc.integer({ min: 1, max: 10 }),
	channels: fc.integer({ min: 1, max: 3 }),
	rows: fc.integer({ min: 1, max: 30 }),
	rank: fc.integer({ min: 1, max: 6 }),
	seed: fc.integer({ min: 1, max: 10_000 }),
})

describe("the curve of a sublayer", () => {
	it.each(fixtures)("is the prototype's: $name", async ({ units, channels, hidden: d, options, ...theirs }) => {
		const n = units * channels
		const statistics = {
			sublayer: 0,
			weights: tensor("channel hidden", [n, d], Float32Array.from(theirs.weights)),
			gram: tensor("channel channel", [n, n], Float64Array.from(theirs.gram)),
			sensitivity: tensor("hidden hidden", [d, d], Float64Array.from(theirs.sensitivity)),
		}
		const { order, loss } = await curveOf({ statistics, sublayer: sublayerOf(units, channels) }, options)
		expect([...order]).toEqual(theirs.order)
		expect(loss.subarray(1).map((value, k) => value - loss[k]!)).toBeAllclose(theirs.increments, conditioned)
	})

	it("is the joint cost of the units that have gone, after each of them", async () => {
		const mu = 0.01
		const property = fc.asyncProperty(sizes, fc.integer({ min: 1, max: 9 }), async (size, step) => {
			const sublayer = material(size)
			const { order, loss } = await curveOf(sublayer, { mu, step, candidates: 4 })
			const costs = Array.from(order, (_, k) => jointCost(sublayer, [...order.subarray(0, k + 1)], mu))
			expect(loss).toBeAllclose([0, ...costs], conditioned)
		})
		await fc.assert(property, { seed: 1, numRuns: 100 })
	})

	it("lets the unit go that adds least, where units go one at a time or all are candidates", async () => {
		const mu = 0.1
		const options = fc.constantFrom({ step: 1, candidates: 1 }, { step: 30, candidates: 30 })
		const property = fc.asyncProperty(sizes, options, async (size, option) => {
			const sublayer = material(size)
			const { order, loss } = await curveOf(sublayer, { mu, ...option })
			for (const k of order.keys()) {
				const gone = [...order.subarray(0, k)]
				for (const unit of order.subarray(k + 1)) {
					expect(jointCost(sublayer, [...gone, unit], mu)).toBeGreaterThanOrEqual(loss[k + 1]! * (1 - 1e-9))
				}
			}
		})
		await fc.assert(property, { seed: 1, numRuns: 50 })
	})

	it.each([{ units: 230 }, { units: 14, channels: 16 }])(
		"stays the joint cost over many removals: %o",
		async (size) => {
			const sublayer = material({ ...size, rows: 400 })
			const { order, loss } = await curveOf(sublayer, { mu: 0.01 })
			expect(new Set(order).size).toBe(size.units)
			for (const share of [0.3, 0.6, 1]) {
				const gone = Math.round(share * size.units)
				const cost = jointCost(sublayer, [...order.subarray(0, gone)], 0.01)
				expect([loss[gone]!]).toBeAllclose([cost], conditioned)
			}
		},
	)

	it("keeps its order, and its losses in proportion, where activations and gradients are scaled", async () => {
		const { statistics, sublayer } = material({ units: 9 })
		const { gram, sensitivity } = statistics
		const scaled = {
			...statistics,
			gram: { ...gram, data: gram.data.map((value) => value * 1e-9) },
			sensitivity: { ...sensitivity, data: sensitivity.data.map((value) => value * 1e6) },
		}
		const plain = await curveOf({ statistics, sublayer })
		const { order, loss } = await curveOf({ statistics: scaled, sublayer })
		expect(order).toEqual(plain.order)
		expect(loss).toBeAllclose(
			plain.loss.map((value) => value * 1e-3),
			{ rtol: 1e-8, atol: 1e-13 },
		)
	})
})

describe("a degenerate sublayer", () => {
	/** Small enough to show what would be free without damping. */
	const mu = 1e-9
	/** Of the order of mu, and of the rounding of inverses that are as large as its reciprocal. */
	const damped = { rtol: 1e-6, atol: 1e-6 }

	it("loses a dead neuron first, for no more than the damping", async () => {
		const alive = material({ units: 5, rows: 20 })
		const dead = changed(alive, { activations: random(100, 7).map((value, k) => (k % 5 === 2 ? 0 : value)) })
		const { order, loss } = await curveOf(dead, { mu })
		expect(order[0]).toBe(2)
		expect(loss[1]).toBeLessThan(1e-8)
		expect(loss[2]).toBeGreaterThan(1e-3)
	})

	it("pays nothing for a neuron without weights", async () => {
		const { statistics, sublayer } = material({ units: 5 })
		const weights = statistics.weights.data.map((value, k) => (Math.floor(k / 4) === 3 ? 0 : value))
		const { order, loss } = await curveOf(changed({ statistics, sublayer }, { weights }))
		expect([order[0], loss[1]]).toEqual([3, 0])
	})

	it("pays nothing for one of two identical neurons, and the full price for the second", async () => {
		// Neurons 1 and 4 do the same, and nothing else is correlated with them: ones of one row each.
		const activations = new Float64Array(36)
		for (const unit of [0, 1, 2, 3, 5]) activations[unit * 6 + unit] = 1 + unit
		activations[1 * 6 + 4] = 2
		const twins = changed(material({ units: 6 }), { activations })
		const { order, loss } = await curveOf(twins, { mu })
		const [first, second] = [1, 4].map((unit) => order.indexOf(unit)).sort((a, b) => a - b) as [number, number]
		expect(first).toBe(0)
		expect(loss[1]).toBeLessThan(1e-6)
		// What is left does the work of both: W_1 + W_4 at the activations of one, where the other has none.
		const { weights } = twins.statistics
		const summed = weights.data.map((value, k) => value + (k >= 4 && k < 8 ? weights.data[k + 12]! : 0))
		activations[1 * 6 + 4] = 0
		const alone = jointCost(changed(twins, { activations, weights: summed }), [1], mu)
		expect([loss[second + 1]! - loss[second]!]).toBeAllclose([alone], damped)
	})

	it("costs the mean output alone where all samples are identical, and that at the end", async () => {
		const row = random(6, 3)
		const activations = Float64Array.from({ length: 60 }, (_, k) => row[k % 6]!)
		const constant = changed(material({ units: 6 }), { activations })
		const { loss } = await curveOf(constant, { mu })
		expect(loss[5]).toBeLessThan(1e-6)
		expect([loss[6]!]).toBeAllclose([jointCost(constant, [0, 1, 2, 3, 4, 5], mu)], damped)
		expect(loss[6]).toBeGreaterThan(1e-3)
	})

	it("never pays less than nothing, with fewer rows than units and hardly any damping", async () => {
		const { loss } = await curveOf(material({ units: 40, rows: 5 }), { mu: 1e-12 })
		for (let k = 1; k < loss.length; k++) expect(loss[k]).toBeGreaterThanOrEqual(loss[k - 1]!)
	})

	it.each(["gram", "sensitivity"] as const)(
		"without any %s costs nothing; the higher index goes first",
		async (part) => {
			const { statistics, sublayer } = material({ units: 12 })
			const zeros = { ...statistics[part], data: new Float64Array(statistics[part].data.length) }
			const { order, loss } = await curveOf({ statistics: { ...statistics, [part]: zeros }, sublayer })
			expect([...order]).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
			expect(loss).toEqual(new Float64Array(13))
		},
	)

	it("of one unit has one step", async () => {
		const single = material({ units: 1, channels: 5 })
		const { order, loss } = await curveOf(single)
		expect(order).toEqual(Uint32Array.of(0))
		expect(loss).toBeAllclose([0, jointCost(single, [0], 0.01)], conditioned)
	})

	it("without units has an empty curve, with or without statistics", async () => {
		const empty = { order: new Uint32Array(), loss: Float64Array.of(0) }
		const none = material({ units: 0 })
		expect(await kfacCurves([none.statistics], [none.sublayer])).toEqual([empty])
		expect(await kfacCurves([], [none.sublayer])).toEqual([empty])
	})
})

describe("kfacCurves", () => {
	it("takes statistics as they come and puts the curves in model order", async () => {
		const parts = [material({ units: 4, seed: 1 }), material({ units: 3, channels: 2, seed: 2 })]
		async function* backwards(): AsyncIterable<SublayerStatistics> {
			for (const index of [1, 0]) yield { ...parts[index]!.statistics, sublayer: index }
		}
		const curves = await kfacCurves(
			backwards(),
			parts.map(({ sublayer }) => sublayer),
		)
		expect(curves).toEqual(await Promise.all(parts.map((part) => curveOf(part))))
	})

	it("leaves the statistics as they are", async () => {
		const sublayer = material({ units: 12 })
		const before = structuredClone(sublayer)
		await curveOf(sublayer)
		expect(sublayer).toEqual(before)
	})

	it("leaves large products to the gemm it is given", async () => {
		let calls = 0
		const gemm: Gemm64 = (a, b, options) => {
			calls++
			return plainGemm64(a, b, options)
		}
		await curveOf(material({ units: 5 }), { gemm })
		expect(calls).toBeGreaterThan(0)
	})

	it("tells how much is done, a curve counting as the third power of its channels", async () => {
		const told: Progress[] = []
		const parts = [material({ units: 20 }), material({ units: 3, channels: 5 })]
		await kfacCurves(
			parts.map(({ statistics }, sublayer) => ({ ...statistics, sublayer })),
			parts.map(({ sublayer }) => sublayer),
			{ onProgress: (progress) => told.push(progress) },
		)
		expect(told.map(({ done }) => done)).toEqual([3200, 6400, 8000, 9125, 10_250, 11_375])
		expect(told.every(({ stage, total }) => stage === "removal curves" && total === 11_375)).toBe(true)
	})

	it("rejects with the signal's reason before the next removal", async () => {
		const controller = new AbortController()
		const onProgress = () => controller.abort(new Error("enough"))
		const run = { signal: controller.signal, onProgress }
		await expect(curveOf(material({ units: 20 }), run)).rejects.toThrow("enough")
	})

	it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses a damping of %d", async (mu) => {
		const refusal = `K-FAC curves: ${mustBe("mu", "above 0", mu)}`
		await expect(curveOf(material({ units: 2 }), { mu })).rejects.toThrow(refusal)
	})

	it.each([0, -8, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
		"refuses %d units at a time, or to choose among",
		async (count) => {
			for (const name of ["step", "candidates"] as const) {
				const refusal = `K-FAC curves: ${mustBe(name, "a positive whole number", count)}`
				await expect(curveOf(material({ units: 2 }), { [name]: count })).rejects.toThrow(refusal)
			}
		},
	)

	it("refuses what a gemm of NaN makes of good statistics", async () => {
		const gemm: Gemm64 = async (a, b, options) => {
			const product = await plainGemm64(a, b, options)
			return { ...product, data: product.data.fill(Number.NaN) }
		}
		await expect(curveOf(material({ units: 20 }), { gemm })).rejects.toThrow(
			`K-FAC curves: ${mustBe("products of sublayer 0 by gemm", "finite", Number.NaN)}`,
		)
	})

	it("refuses what no activations have as their moments", async () => {
		const { statistics, sublayer } = material({ units: 2 })
		const gram = tensor("channel channel", [2, 2], Float64Array.of(1, 3, 3, 1))
		await expect(curveOf({ statistics: { ...statistics, gram }, sublayer })).rejects.toThrow(
			/^K-FAC curves: the matrix G of sublayer 0 must be positive semidefinite \(was a pivot of -/,
		)
	})

	it.each(["weights", "gram", "sensitivity"] as const)("refuses %s that are not finite", async (part) => {
		const { statistics, sublayer } = material({ units: 2 })
		statistics[part].data[1] = Number.NaN
		const name = { weights: "W", gram: "G", sensitivity: "S" }[part]
		const refusal = `K-FAC statistics: ${mustBe(`${name} of sublayer 0`, "finite", Number.NaN)}`
		await expect(curveOf({ statistics, sublayer })).rejects.toThrow(refusal)
	})

	it("refuses statistics that do not fit, are missing, or come twice", async () => {
		const { statistics, sublayer } = material({ units: 3 })
		await expect(kfacCurves([statistics], [sublayerOf(4)])).rejects.toThrow(
			"K-FAC statistics: the shape of W of sublayer 0 must be [4, 4] (was [3,4])",
		)
		await expect(kfacCurves([], [sublayer])).rejects.toThrow(ShapeError)
		await expect(kfacCurves([statistics, statistics], [sublayer])).rejects.toThrow(ShapeError)
		await expect(kfacCurves([{ ...statistics, sublayer: 1 }], [sublayer])).rejects.toThrow(ShapeError)
	})
})
