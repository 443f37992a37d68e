import { type Gemm64, lsmr, matrix64, plainGemm64 } from "@winnow/linalg"
import { type RepairSite, ShapeError, tensor } from "@winnow/tensor"
import { toBeAllclose } from "@winnow/testing"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type SiteReport, scales } from "../src/index.ts"
import { column, dot, explicitProblem, explicitRidge, type MaterialSite, momentsOf, randomSite } from "./sites.ts"

expect.extend({ toBeAllclose })

/** Normal equations square the condition number of A, here up to about 100. */
const squared = { rtol: 1e-9, atol: 1e-11 }
/** The refit is float32. */
const rounded = { rtol: 1e-7, atol: 1e-9 }

const attention = { kind: "attention", units: 4 } as const
const ffn = { kind: "ffn", units: 7 } as const

/** ||A s - B|| / ||B|| */
function explicitResidual(site: MaterialSite, s: ArrayLike<number>): number {
	const { a, b } = explicitProblem(site)
	const errors = a.map((row, i) => dot(row, Array.from(s)) - b[i]!)
	return Math.sqrt(dot(errors, errors) / dot(b, b))
}

/** damping * mean(diag A^T A) */
function ridgeOf(a: number[][], damping: number): number {
	return (damping * a.reduce((sum, row) => sum + dot(row, row), 0)) / a[0]!.length
}

function scalesOf(report: SiteReport): Float64Array {
	if (report.outcome !== "tuned") throw new Error(`kept: ${report.reason}, ${report.explanation}`)
	return report.scales!
}

describe("scales", () => {
	it.each([attention, ffn, { units: 1 }, { kind: "attention", units: 1, channels: 5 } as const])(
		"solves the least-squares problem that it stands for: %o",
		async (sizes) => {
			const site = randomSite(sizes)
			const { report } = await scales({ damping: 0.01 })(site)
			const { a, b } = explicitProblem(site)
			expect(scalesOf(report)).toBeAllclose(explicitRidge(a, b, ridgeOf(a, 0.01)), squared)
			expect(report.damping).toBe(0.01)
		},
	)

	it("ends where the gradient of the objective vanishes", async () => {
		const sizes = fc.record({
			kind: fc.constantFrom("attention" as const, "ffn" as const),
			units: fc.integer({ min: 1, max: 6 }),
			outputs: fc.integer({ min: 1, max: 4 }),
			rows: fc.integer({ min: 1, max: 12 }),
			seed: fc.integer({ min: 1, max: 10_000 }),
		})
		await fc.assert(
			fc.asyncProperty(sizes, async (size) => {
				const site = randomSite(size)
				const { report } = await scales({ damping: 0.1 })(site)
				const s = Array.from(scalesOf(report))
				const { a, b } = explicitProblem(site)
				const errors = a.map((row, i) => dot(row, s) - b[i]!)
				const ridge = ridgeOf(a, 0.1)
				const gradient = s.map((scale, u) => dot(column(a, u), errors) + ridge * (scale - 1))
				expect(gradient).toBeAllclose(new Array(s.length).fill(0), { rtol: 0, atol: 1e-10 })
			}),
			{ seed: 1, numRuns: 60 },
		)
	})

	it.each([attention, ffn])("reports the residuals of old and new weights: %o", async (sizes) => {
		const site = randomSite(sizes)
		const { report } = await scales()(site)
		const before = explicitResidual(site, new Array(sizes.units).fill(1))
		const after = explicitResidual(site, scalesOf(report))
		expect([report.residualBefore, report.residualAfter]).toBeAllclose([before, after], squared)
		expect(after).toBeLessThan(before)
	})

	it("never leaves a larger residual than it found", async () => {
		const sizes = fc.record({
			kind: fc.constantFrom("attention" as const, "ffn" as const),
			units: fc.integer({ min: 1, max: 8 }),
			rows: fc.integer({ min: 1, max: 20 }),
			noise: fc.constantFrom(0, 0.1, 2),
			seed: fc.integer({ min: 1, max: 10_000 }),
		})
		await fc.assert(
			fc.asyncProperty(sizes, async (size) => {
				const { residualBefore, residualAfter } = (await scales()(randomSite(size))).report
				expect(residualAfter).toBeLessThanOrEqual(residualBefore as number)
			}),
			{ seed: 1, numRuns: 100 },
		)
	})

	it("folds the scales into the rows of each unit and leaves the bias", async () => {
		const site = randomSite(attention)
		const { refit, report } = await scales()(site)
		const { channels } = site.sublayer
		const expected = site.weights.data.map((value, k) => {
			const unit = Math.floor(k / site.bias.length / channels)
			return value * scalesOf(report)[unit]!
		})
		expect(refit?.weights.shape).toEqual(site.weights.shape)
		expect(refit?.weights.data).toBeAllclose(expected, rounded)
		expect(refit?.bias).toEqual(site.bias)
	})

	it("leaves the site as it is", async () => {
		const site = randomSite(attention)
		const before = structuredClone(site)
		await scales()(site)
		expect(site).toEqual(before)
	})

	it("stays at 1 where the target is what the units put out", async () => {
		const site = withTarget(randomSite(ffn), () => 1)
		const { report } = await scales()(site)
		expect(scalesOf(report)).toBeAllclose(new Array(7).fill(1), squared)
		// The difference of equal squares: the root of a rounding error.
		expect(report.residualAfter).toBeLessThan(1e-6)
	})

	it("leaves a silent unit at 1 and tunes its neighbours", async () => {
		const site = randomSite({ units: 3 })
		const silenced = withInputs(site, (value, i) => (i === 1 ? 0 : value))
		const s = scalesOf((await scales()(silenced)).report)
		expect(s[1]).toBe(1)
		expect(Math.abs(s[0]! - 1)).toBeGreaterThan(0.01)
	})

	it("shares the work of two identical units", async () => {
		const site = randomSite({ units: 2, outputs: 3 })
		site.weights.data.set(site.weights.data.subarray(0, 3), 3)
		const twins = withInputs(site, (_, i, row) => row[i - (i % 2)]!)
		const s = scalesOf((await scales()(twins)).report)
		expect(s[0]).toBeCloseTo(s[1]!, 6)
	})

	it("raises the damping until there is a factor, and records it", async () => {
		const site = randomSite({ units: 2 })
		const xx = site.fit.xx.data.slice()
		// Further off the diagonal than any sums of products: an eigenvalue below zero by 3 % of the mean diagonal element.
		const products = [0, 1].map((u) => unitWeightProduct(site, u, u) * xx[u * 3]!)
		xx[1] = xx[2] = (Math.sqrt(products[0]! * products[1]!) * 1.05) / unitWeightProduct(site, 0, 1)
		const spoiled = { ...site, fit: { ...site.fit, xx: tensor("in in", [2, 2], xx) } }
		const { report } = await scales({ damping: 1e-4 })(spoiled)
		expect(report.damping).toBeGreaterThan(1e-3)
		expect(Math.log10((report.damping as number) / 1e-4) % 1).toBeCloseTo(0, 9)
	})

	it("refuses scales outside [-10, 10] and keeps the weights", async () => {
		const site = withTarget(randomSite({ units: 3, noise: 0 }), (u) => (u === 1 ? 14 : 1))
		const { refit, report } = await scales()(site)
		expect(refit).toBeUndefined()
		expect(report).toMatchObject({ outcome: "kept", reason: "out-of-range", units: 3 })
		expect(report).toHaveProperty(
			"explanation",
			expect.stringMatching(/^scales run from [-\d.]+ to 1\d\.\d; allowed is \[-10, 10\]$/),
		)
		expect(report.residualAfter).toBe(report.residualBefore)
	})

	it("says why a site without units, rows, output or finite moments is kept", async () => {
		const none = randomSite({ units: 0 })
		const empty = randomSite({ units: 2, rows: 0 })
		const silent = withInputs(randomSite({ units: 2 }), () => 0)
		const broken = randomSite({ units: 2 })
		broken.fit.xy.data[3] = Number.NaN
		const reports = await Promise.all([none, empty, silent, broken].map(async (site) => (await scales()(site)).report))
		expect(reports.map((report) => report.outcome === "kept" && report.reason)).toEqual([
			"no-units",
			"no-rows",
			"silent",
			"not-finite",
		])
	})

	it("leaves products to the gemm it is given", async () => {
		let calls = 0
		const gemm: Gemm64 = (a, b, options) => {
			calls++
			return plainGemm64(a, b, options)
		}
		await scales({ gemm })(randomSite(attention))
		expect(calls).toBeGreaterThan(0)
	})

	it("refuses a damping outside (0, 1]", () => {
		for (const damping of [0, -1, 1.5, Number.NaN]) {
			expect(() => scales({ damping })).toThrow(`scales: damping must be in (0, 1] (was ${damping})`)
		}
	})

	it("refuses a site whose parts do not fit together", async () => {
		const site = randomSite(ffn)
		await expect(scales()({ ...site, bias: new Float32Array(3) })).rejects.toThrow(ShapeError)
		await expect(scales()({ ...site, bias: new Float32Array(3) })).rejects.toThrow(
			"repair site: the shape of the weights must be [7, 3] (was [7,4])",
		)
	})

	it("refuses the input of a sublayer: there are no units to scale", async () => {
		const site = { ...randomSite(ffn), side: "input" as const }
		await expect(scales()(site)).rejects.toThrow("scales: the side of the site must be output (was input)")
	})

	it("rejects with the reason of an aborted signal", async () => {
		const run = { signal: AbortSignal.abort(new Error("enough")) }
		await expect(scales()(randomSite(ffn), run)).rejects.toThrow("enough")
		await expect(scales({ strictReference: true })(randomSite(ffn), run)).rejects.toThrow("enough")
	})
})

describe("scales with strictReference", () => {
	/** LSMR as the paper's code calls it, on normal equations of an explicitly built A. */
	async function explicitReference(a: number[][], b: number[]) {
		const size = a[0]!.length
		const matrix = matrix64(size, size)
		const rhs = new Float64Array(size)
		for (let u = 0; u < size; u++) {
			rhs[u] = dot(column(a, u), b)
			for (let v = 0; v < size; v++) {
				matrix.data[u * size + v] = dot(column(a, u), column(a, v))
				rhs[u]! -= matrix.data[u * size + v]!
			}
		}
		const { x, ...rest } = await lsmr(matrix, rhs, { damp: 1, atol: 1e-6, btol: 1e-6, conlim: 1e8, maxiter: 5 * size })
		return { scales: x.map((delta) => 1 + delta), ...rest }
	}

	/** LSMR amplifies rounding from step to step and stops at 1e-6. */
	const recurrent = { rtol: 1e-6, atol: 1e-7 }

	it("tunes an FFN by LSMR on its normal equations", async () => {
		const site = randomSite(ffn)
		const { report } = await scales({ strictReference: true })(site)
		const { a, b } = explicitProblem(site)
		const expected = await explicitReference(a, b)
		expect(scalesOf(report)).toBeAllclose(expected.scales, recurrent)
		expect(report).toMatchObject({ istop: expected.istop, iterations: expected.iterations, damping: 1 })
	})

	it("gives attention an intercept and throws it away", async () => {
		const site = randomSite(attention)
		const { report } = await scales({ strictReference: true })(site)
		const { a, b } = explicitProblem(site)
		const withOnes = await explicitReference(
			a.map((row) => [...row, 1]),
			b,
		)
		expect(scalesOf(report)).toBeAllclose(withOnes.scales.subarray(0, attention.units), recurrent)
		expect(report).toMatchObject({ istop: withOnes.istop, iterations: withOnes.iterations })
		const without = await explicitReference(a, b)
		expect(scalesOf(report)).not.toBeAllclose(without.scales, recurrent)
	})

	it("reports the residual of the model, which has no intercept", async () => {
		const site = randomSite(attention)
		const { report } = await scales({ strictReference: true })(site)
		expect([report.residualAfter as number]).toBeAllclose([explicitResidual(site, scalesOf(report))], squared)
	})

	it("never tunes the attention of layer 0", async () => {
		const { refit, report } = await scales({ strictReference: true })(randomSite({ ...attention, layer: 0 }))
		expect(refit).toBeUndefined()
		expect(report).toMatchObject({ outcome: "kept", reason: "first-attention", kind: "attention", layer: 0 })
		const { report: second } = await scales({ strictReference: true })(randomSite({ ...ffn, layer: 0 }))
		expect(second.outcome).toBe("tuned")
	})

	it("rejects a site on which LSMR does not converge", async () => {
		// Inputs from 1000 down to 10: 60 well spread eigenvalues need more than 5 iterations each.
		const site = withInputs(randomSite({ units: 60, outputs: 6 }), (value, i) => value * 10 ** (3 - (2 * i) / 59))
		const { refit, report } = await scales({ strictReference: true })(site)
		expect(refit).toBeUndefined()
		expect(report).toMatchObject({ outcome: "kept", reason: "not-converged", istop: 7, iterations: 300 })
	})

	it("tunes a single unit", async () => {
		const { report } = await scales({ strictReference: true })(randomSite({ units: 1 }))
		expect(report.outcome).toBe("tuned")
	})
})

/** The site with other inputs, the target as it was. */
function withInputs(
	site: MaterialSite,
	change: (value: number, input: number, row: Float64Array) => number,
): MaterialSite {
	const [inputs, outputs] = site.weights.shape
	const x = site.x.map((value, k) => {
		const start = k - (k % inputs)
		return change(value, k % inputs, site.x.subarray(start, start + inputs))
	})
	return { ...site, x, fit: momentsOf(x, site.y, site.fit.rows, inputs, outputs) }
}

/** The site whose target is the units' output at given scales, exactly. */
function withTarget(site: MaterialSite, scale: (unit: number) => number): MaterialSite {
	const [inputs, outputs] = site.weights.shape
	const { a } = explicitProblem(site)
	const y = Float64Array.from(a, (row, k) => site.bias[k % outputs]! + row.reduce((sum, v, u) => sum + v * scale(u), 0))
	return { ...site, y, fit: momentsOf(site.x, y, site.fit.rows, inputs, outputs) }
}

/** W_u . W_v of a site with one channel a unit. */
function unitWeightProduct({ weights }: RepairSite, u: number, v: number): number {
	const outputs = weights.shape[1]
	const row = (unit: number) => Array.from(weights.data.subarray(unit * outputs, (unit + 1) * outputs))
	return dot(row(u), row(v))
}
