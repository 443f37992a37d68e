import { type Gemm64, plainGemm64 } from "@winnow/linalg"
import { mustBe, ShapeError, tensor } from "@winnow/tensor"
import { toBeAllclose } from "@winnow/testing"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { projection } from "../src/index.ts"
import {
	column,
	dot,
	type MaterialSite,
	momentsOf,
	randomInputSite,
	randomSite,
	solved,
	withHeldOut,
	withRows,
} from "./sites.ts"

expect.extend({ toBeAllclose })

/** The refit is float32. */
const rounded = { rtol: 1e-6, atol: 1e-6 }
/** Squared errors are differences of sums of squares. */
const squared = { rtol: 1e-8, atol: 1e-8 }

const sites: readonly (readonly [string, MaterialSite])[] = [
	["the output of an FFN", randomSite({ kind: "ffn", units: 6 })],
	["the output of an attention", randomSite({ kind: "attention", units: 2, rows: 40 })],
	["the input of an FFN", randomInputSite({ kind: "ffn", units: 7 })],
	["the input of an attention", randomInputSite({ kind: "attention", units: 2, hidden: 4 })],
	["more inputs than rows", randomSite({ units: 9, rows: 5 })],
	["one kept unit", randomSite({ units: 1 })],
]

interface Fit {
	/** `[in][out]` */
	readonly weights: number[][]
	readonly bias: number[]
}

/** Least squares with a column of ones, drawn towards the old weights but not the old bias: nothing is centred here. */
function explicitFit(site: MaterialSite, damping: number, rows = rowsOf(site)): Fit {
	const inputs = site.weights.shape[0]
	const ridge = damping * meanVariance(rows.map(({ x }) => x))
	const a = rows.map(({ x }) => [...x, 1])
	const columns = Array.from(site.bias, (_, o) => {
		const target = rows.map(({ y }) => y[o]!)
		return solved(
			Array.from({ length: inputs + 1 }, (_, u) => {
				const pull = u < inputs ? ridge : 0
				const row = Array.from({ length: inputs + 1 }, (_, v) => dot(column(a, u), column(a, v)) + (u === v ? pull : 0))
				const old = u < inputs ? site.weights.data[u * site.bias.length + o]! : 0
				return [...row, dot(column(a, u), target) + pull * old]
			}),
		)
	})
	return {
		weights: Array.from({ length: inputs }, (_, i) => columns.map((each) => each[i]!)),
		bias: columns.map((each) => each[inputs]!),
	}
}

function rowsOf({ x, y, weights: { shape }, fit }: MaterialSite): { x: number[]; y: number[] }[] {
	const [inputs, outputs] = shape
	return Array.from({ length: fit.rows }, (_, t) => ({
		x: Array.from(x.subarray(t * inputs, (t + 1) * inputs)),
		y: Array.from(y.subarray(t * outputs, (t + 1) * outputs)),
	}))
}

/** Mean over the columns of the sum of squares around the mean. */
function meanVariance(x: number[][]): number {
	const variances = x[0]!.map((_, i) => {
		const values = column(x, i)
		const mean = values.reduce((sum, value) => sum + value, 0) / values.length
		return values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
	})
	return variances.reduce((sum, value) => sum + value, 0) / variances.length
}

function errorOf({ weights, bias }: Fit, rows: { x: number[]; y: number[] }[]): number {
	return rows.reduce(
		(sum, { x, y }) =>
			sum + y.reduce((each, value, o) => each + (dot(x, column(weights, o)) + bias[o]! - value) ** 2, 0),
		0,
	)
}

/** Relative to the best bias alone. */
function residualOf(fit: Fit, rows: { x: number[]; y: number[] }[]): number {
	return Math.sqrt(errorOf(fit, rows) / (meanVariance(rows.map(({ y }) => y)) * rows[0]!.y.length))
}

function oldFit({ weights, bias }: MaterialSite): Fit {
	const [inputs, outputs] = weights.shape
	return {
		weights: Array.from({ length: inputs }, (_, i) =>
			Array.from(weights.data.subarray(i * outputs, (i + 1) * outputs)),
		),
		bias: Array.from(bias),
	}
}

describe("projection", () => {
	it.each(sites)("solves the least-squares problem that it stands for: %s", async (_, site) => {
		const { refit, report } = await projection({ lambda: 0.02, inputLambda: 0.3 })(site)
		const damping = site.side === "input" ? 0.3 : 0.02
		const { weights, bias } = explicitFit(site, damping)
		expect(refit?.weights.shape).toEqual(site.weights.shape)
		expect(refit?.weights.data).toBeAllclose(weights.flat(), rounded)
		expect(refit?.bias).toBeAllclose(bias, rounded)
		const { kind, units } = site.sublayer
		expect(report).toMatchObject({ outcome: "tuned", kind, units, side: site.side, damping })
		expect(report).not.toHaveProperty("scales")
	})

	it.each(sites)("reports the residuals of old and new weights: %s", async (_, site) => {
		const { report } = await projection({ lambda: 0.02, inputLambda: 0.02 })(site)
		const expected = [oldFit(site), explicitFit(site, 0.02)].map((fit) => residualOf(fit, rowsOf(site)))
		expect([report.residualBefore, report.residualAfter]).toBeAllclose(expected, squared)
		expect(report).not.toHaveProperty("heldOutBefore")
	})

	it("checks a fit of the other rows on those held out, and then fits all", async () => {
		const site = randomSite({ units: 4, rows: 40 })
		const { refit, report } = await projection()(withHeldOut(site, (row) => row % 8 === 0))
		const rows = rowsOf(site)
		const [seen, held] = [rows.filter((_, t) => t % 8 !== 0), rows.filter((_, t) => t % 8 === 0)]
		const expected = [oldFit(site), explicitFit(site, 0.01, seen)].map((fit) => residualOf(fit, held))
		expect([report.heldOutBefore, report.heldOutAfter]).toBeAllclose(expected, squared)
		expect(refit?.weights.data).toBeAllclose(explicitFit(site, 0.01).weights.flat(), rounded)
		expect(report.residualAfter).toBeLessThan(report.residualBefore!)
	})

	it("drops a fit that does not help on the rows held out, and says so", async () => {
		const site = randomSite({ units: 3, rows: 40 })
		// Rows held out want what the old weights do; the others the opposite.
		const old = oldFit(site)
		const y = Float64Array.from(
			rowsOf(site).flatMap(({ x }, t) =>
				old.bias.map((bias, o) => (dot(x, column(old.weights, o)) + bias) * (t % 8 === 0 ? 1.1 : -1)),
			),
		)
		const { refit, report } = await projection()(withHeldOut(withRows(site, { y }), (row) => row % 8 === 0))
		expect(refit).toBeUndefined()
		expect(report).toMatchObject({ outcome: "kept", reason: "held-out", side: "output" })
		expect(report).toHaveProperty(
			"explanation",
			expect.stringMatching(/^the squared error on 5 held-out rows went from [\d.]+ to [\d.]+$/),
		)
		expect(report.heldOutAfter).toBeGreaterThan(report.heldOutBefore!)
		expect(report.residualAfter).toBe(report.residualBefore)
	})

	it("never leaves a larger error than it found, on the rows it was fitted on", async () => {
		const sizes = fc.record({
			units: fc.integer({ min: 1, max: 7 }),
			rows: fc.integer({ min: 2, max: 20 }),
			outputs: fc.integer({ min: 1, max: 4 }),
			noise: fc.constantFrom(0, 0.1, 2),
			seed: fc.integer({ min: 1, max: 10_000 }),
		})
		await fc.assert(
			fc.asyncProperty(sizes, fc.constantFrom(1e-4, 0.1, 5), async (size, lambda) => {
				const { report } = await projection({ lambda })(randomSite(size))
				expect(report.residualAfter).toBeLessThanOrEqual(report.residualBefore! + 1e-7)
			}),
			{ seed: 1, numRuns: 100 },
		)
	})

	it("finds weights that explain the target, where there are such", async () => {
		const site = randomSite({ units: 4, noise: 0 })
		const { report } = await projection({ lambda: 1e-9 })(site)
		// The difference of equal squares: the root of a rounding error.
		expect(report.residualAfter).toBeLessThan(1e-6)
	})

	it("leaves the site as it is", async () => {
		const site = withHeldOut(randomSite({ units: 3 }), (row) => row < 4)
		const before = structuredClone(site)
		await projection()(site)
		expect(site).toEqual(before)
	})

	it("leaves products to the gemm it is given", async () => {
		let calls = 0
		const gemm: Gemm64 = (a, b, options) => {
			calls++
			return plainGemm64(a, b, options)
		}
		await projection({ gemm })(randomSite({ units: 3 }))
		expect(calls).toBeGreaterThan(0)
	})

	it("asks for inputs and held-out samples unless told otherwise", () => {
		expect(projection().asks).toEqual({ inputs: true, heldOut: 8 })
		expect(projection({ inputs: false, heldOut: 0 }).asks).toEqual({ inputs: false })
	})

	it("refuses options that are out of range", () => {
		for (const lambda of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
			expect(() => projection({ lambda })).toThrow(`projection: ${mustBe("lambda", "above 0", lambda)}`)
			expect(() => projection({ inputLambda: lambda })).toThrow(
				`projection: ${mustBe("inputLambda", "above 0", lambda)}`,
			)
		}
		for (const heldOut of [1, -1, 2.5]) {
			const refusal = mustBe("heldOut", "0, or a natural number above 1", heldOut)
			expect(() => projection({ heldOut })).toThrow(`projection: ${refusal}`)
		}
	})

	it("refuses a site whose parts do not fit together", async () => {
		const site = randomSite({ units: 3 })
		await expect(projection()({ ...site, bias: new Float32Array(3) })).rejects.toThrow(ShapeError)
		await expect(projection()({ ...site, heldOut: randomSite({ units: 2 }).fit })).rejects.toThrow(
			"repair site: the shape of x^T x held out must be [3, 3] (was [2,2])",
		)
	})

	it("rejects with the reason of an aborted signal", async () => {
		const run = { signal: AbortSignal.abort(new Error("enough")) }
		await expect(projection()(randomSite({ units: 3 }), run)).rejects.toThrow("enough")
	})
})

describe("a degenerate site", () => {
	/** What the refit puts out for a row. */
	async function outputOf(site: MaterialSite, row: number[]): Promise<number[]> {
		const { refit } = await projection()(site)
		const [, outputs] = refit!.weights.shape
		return Array.from(refit!.bias, (bias, o) =>
			row.reduce((sum, x, i) => sum + x * refit!.weights.data[i * outputs + o]!, bias),
		)
	}

	const meanOf = (site: MaterialSite) => Array.from(site.fit.y, (sum) => sum / site.fit.rows)

	it("without units keeps its bias alone: the mean of the target", async () => {
		const site = withHeldOut(randomSite({ units: 0, rows: 16 }), (row) => row % 8 === 0)
		site.bias.fill(7)
		const { refit, report } = await projection()(withHeldOut(site, (row) => row % 8 === 0))
		expect(refit?.weights.shape).toEqual([0, 4])
		expect(refit?.bias).toBeAllclose(meanOf(site), rounded)
		expect(report).toMatchObject({ outcome: "tuned", units: 0 })
		expect(report.residualAfter).toBeCloseTo(1, 9)
		expect(report.residualBefore).toBeGreaterThan(1)
	})

	it("that reads nothing, without rows or with moments that are not finite is kept", async () => {
		const nothing = randomInputSite({ units: 0 })
		const empty = randomSite({ units: 2, rows: 0 })
		const broken = randomSite({ units: 2 })
		broken.fit.xy.data[3] = Number.NaN
		const brokenCheck = withHeldOut(randomSite({ units: 2 }), (row) => row < 3)
		brokenCheck.heldOut!.x[0] = Number.POSITIVE_INFINITY
		const reports = [nothing, empty, broken, brokenCheck].map(async (site) => (await projection()(site)).report)
		const reasons = (await Promise.all(reports)).map((report) => report.outcome === "kept" && report.reason)
		expect(reasons).toEqual(["no-units", "no-rows", "not-finite", "not-finite"])
	})

	it("of one row keeps its weights, and the bias meets the target", async () => {
		const site = randomSite({ units: 3, rows: 1 })
		const { refit, report } = await projection()(site)
		expect(refit?.weights.data).toEqual(site.weights.data)
		expect(await outputOf(site, Array.from(site.x))).toBeAllclose(Array.from(site.y), rounded)
		// There is nothing to be relative to.
		expect(report).not.toHaveProperty("residualBefore")
	})

	it("whose rows are all the same puts out the mean of the target, up to the rounding of float32 sums", async () => {
		const site = randomSite({ units: 5, rows: 32 })
		const x = site.x.map((_, k) => site.x[k % 5]!)
		const same = withRows(site, { x })
		const noise = randomSite({ units: 5, rows: 32, seed: 9 }).x
		const xx = same.fit.xx.data.map((value, k) => value * (1 + 1e-7 * noise[k]!))
		const spoiled = { ...same, fit: { ...same.fit, xx: tensor("in in", [5, 5], xx) } }
		for (const each of [same, spoiled]) {
			expect(await outputOf(each, Array.from(x.subarray(0, 5)))).toBeAllclose(meanOf(site), { rtol: 1e-5, atol: 1e-5 })
			const { refit } = await projection()(each)
			for (const [k, value] of refit!.weights.data.entries())
				expect(Math.abs(value - site.weights.data[k]!)).toBeLessThan(0.1)
		}
	})

	it("with a constant column keeps that column's weights, and a dead one's", async () => {
		const site = randomSite({ units: 4 })
		const x = site.x.map((value, k) => (k % 4 === 1 ? 3 : k % 4 === 2 ? 0 : value))
		const { refit } = await projection()(withRows(site, { x }))
		expect(refit?.weights.data.subarray(4, 12)).toBeAllclose(Array.from(site.weights.data.subarray(4, 12)), rounded)
		expect(refit?.weights.data[0]).not.toBeCloseTo(site.weights.data[0]!, 3)
	})

	it("with dead inputs alone fits its bias", async () => {
		const site = withRows(randomSite({ units: 3 }), { x: new Float64Array(90) })
		const { refit } = await projection()(site)
		expect(refit?.weights.data).toEqual(site.weights.data)
		expect(refit?.bias).toBeAllclose(meanOf(site), rounded)
	})

	it("raises the damping where rounding left no factor, and gives up where that does not help", async () => {
		const site = randomSite({ units: 2 })
		const spoiled = (correlation: number) => {
			const { xx, x, rows } = site.fit
			const [a, b] = [0, 1].map((i) => xx.data[i * 3]! - x[i]! ** 2 / rows) as [number, number]
			const data = xx.data.slice()
			data[1] = data[2] = correlation * Math.sqrt(a * b) + (x[0]! * x[1]!) / rows
			return { ...site, fit: { ...site.fit, xx: tensor("in in", [2, 2], data) } }
		}
		const { report } = await projection({ lambda: 1e-3 })(spoiled(1.05))
		expect(report.outcome).toBe("tuned")
		expect(report.damping).toBeCloseTo(0.1, 9)
		const { report: refused } = await projection()(spoiled(5))
		expect(refused).toMatchObject({ outcome: "kept", reason: "not-positive-definite", damping: 1 })
	})

	it("is not checked where all rows are held out, or none", async () => {
		const site = randomSite({ units: 2 })
		const none = { ...site, heldOut: momentsOf(new Float64Array(), new Float64Array(), 0, 2, 4) }
		for (const each of [none, { ...site, heldOut: site.fit }]) {
			const { report } = await projection()(each)
			expect(report.outcome).toBe("tuned")
			expect(report).not.toHaveProperty("heldOutBefore")
		}
	})
})
