import { type Gemm64, type Matrix64, matrix64, plainGemm64 } from "@winnow/linalg"
import { InvalidInputError, type Moments, type Refit, type RepairSite, tensor } from "@winnow/tensor"
import { type Centred, centred, errorAfter, errorWith } from "./centred.ts"
import { checkSite } from "./check-site.ts"
import { momentsLess } from "./moments-less.ts"
import type { Repair, SiteRepair } from "./repair.ts"
import { type RidgeFit, ridgeFit } from "./ridge-fit.ts"
import { type FitRecord, keptSite, type Refusal, tunedSite } from "./site-report.ts"

export interface ProjectionOptions {
	readonly gemm?: Gemm64
	/** What pulls output projections towards their old weights, as a multiple of the mean variance of their inputs: above 0. */
	readonly lambda?: number
	/** The same for what sublayers read their stream with: above 0. */
	readonly inputLambda?: number
	/** Repair inputs, too. */
	readonly inputs?: boolean
	/** Of how many samples one is held out to check fits on; 0: none, every fit is accepted. */
	readonly heldOut?: number
}

/**
 * Repair by projection: all kept weights of a site, and its bias, are fitted to what the teacher would put out.
 *
 *   min_{W, b} ||x W + b - y||^2 + r ||W - W_0||^2        r = lambda mean(diag C), C the centred x^T x
 *
 * At an output x are the student's inputs of the projection and y repairs all that went wrong below, too; at an input (query, key and
 * value side by side, or an FFN's first matrix) x is the student's stream and y what the teacher's would bring. A sublayer without
 * units keeps its bias alone: the mean of y.
 *
 * A fit on the samples that are not held out must lower the error on those that are, or the site keeps its weights; an accepted site is
 * fitted anew on all samples. See `RepairSite` for x and y, `FitRecord` for what is reported.
 *
 * @throws {InvalidInputError} when an option is out of range
 * The repair throws {ShapeError} when the parts of a site do not fit together, and `signal.reason` once aborted.
 * Cost per site: four products [in, in] x [in, out], 2/3 in^3 + 4 in^2 out operations else.
 * @example
 * const { encoder: slim, reports } = await tune(encoder, plan, samples, { repair: projection({ gemm: runtime.gemm64 }) })
 */
export function projection({
	gemm = plainGemm64,
	lambda = 0.01,
	inputLambda = 0.1,
	inputs = true,
	heldOut = 8,
}: ProjectionOptions = {}): Repair {
	requireAboveZero({ lambda, inputLambda })
	if (!Number.isSafeInteger(heldOut) || heldOut < 0 || heldOut === 1) {
		throw new InvalidInputError("projection", "heldOut", "0, or a natural number above 1", heldOut)
	}
	const repair: Repair = async (site, { signal } = {}) => {
		checkSite(site)
		const untried = nothingToProject(site)
		if (untried) return { report: keptSite(site, untried) }
		return projected(site, { gemm, damping: site.side === "input" ? inputLambda : lambda, signal })
	}
	return Object.assign(repair, { asks: { inputs, ...(heldOut > 0 ? { heldOut } : {}) } })
}

interface FitOptions {
	readonly gemm: Gemm64
	readonly damping: number
	readonly signal?: AbortSignal | undefined
}

async function projected(site: RepairSite, options: FitOptions): Promise<SiteRepair> {
	const [rows, columns] = site.weights.shape
	const weights = matrix64(rows, columns, Float64Array.from(site.weights.data))
	const problem = await centred(site.fit, weights, options.gemm)
	const before = errorWith(problem, site.bias)
	const unchanged = residuals(problem, before, before)
	const check = await checked(site, weights, options)
	if (check.refusal) return { report: keptSite(site, check.refusal, { ...unchanged, ...check.record }) }
	const fit = await ridgeFit(problem, options)
	const record = { ...check.record, damping: fit.damping }
	if (!fit.ok) return { report: keptSite(site, fit.refusal, { ...unchanged, ...record }) }
	return {
		refit: refitOf(weights, fit),
		report: tunedSite(site, { ...residuals(problem, before, fit.error), ...record }),
	}
}

/** Whether a fit on the other rows is better on those held out; without any it is taken to be. */
async function checked(
	site: RepairSite,
	weights: Matrix64,
	options: FitOptions,
): Promise<{ readonly record: FitRecord; readonly refusal?: Refusal }> {
	const { fit: all, heldOut, bias } = site
	if (heldOut === undefined || heldOut.rows === 0 || heldOut.rows === all.rows) return { record: {} }
	const fit = await ridgeFit(await centred(momentsLess(all, heldOut), weights, options.gemm), options)
	if (!fit.ok) return { record: { damping: fit.damping }, refusal: fit.refusal }
	const problem = await centred(heldOut, weights, options.gemm)
	const before = errorWith(problem, bias)
	const after = await errorAfter(problem, fit, options.gemm)
	const { residualBefore, residualAfter } = residuals(problem, before, after)
	const record =
		residualBefore === undefined ? {} : { heldOutBefore: residualBefore, heldOutAfter: residualAfter as number }
	if (after < before) return { record }
	const explanation = `the squared error on ${heldOut.rows} held-out rows went from ${before.toPrecision(3)} to ${after.toPrecision(3)}`
	return { record: { ...record, damping: fit.damping }, refusal: { reason: "held-out", explanation } }
}

/** Relative to what a bias alone leaves; nothing where that is nothing. */
function residuals({ variation }: Centred, before: number, after: number): FitRecord {
	if (variation === 0) return {}
	return { residualBefore: Math.sqrt(before / variation), residualAfter: Math.sqrt(after / variation) }
}

function refitOf({ rows, columns, data }: Matrix64, { delta, bias }: RidgeFit & { ok: true }): Refit {
	const weights = new Float32Array(data.length)
	for (let k = 0; k < data.length; k++) weights[k] = data[k]! + delta.data[k]!
	return { weights: tensor("in out", [rows, columns], weights), bias: Float32Array.from(bias) }
}

/** Why there is nothing to fit at a site, before any work. */
function nothingToProject({ bias, fit, heldOut }: RepairSite): Refusal | undefined {
	if (bias.length === 0) return { reason: "no-units", explanation: "no unit is kept: nothing is read" }
	if (fit.rows === 0) return { reason: "no-rows", explanation: "the calibration sample has no rows here" }
	if (areFinite(fit) && (heldOut === undefined || areFinite(heldOut))) return undefined
	return { reason: "not-finite", explanation: "the moments hold NaN or infinity" }
}

function areFinite({ xx, xy, x, y, yy }: Moments): boolean {
	return [xx.data, xy.data, x, y, [yy]].every((numbers) => numbers.every(Number.isFinite))
}

function requireAboveZero(options: Readonly<Record<string, number>>): void {
	for (const [name, value] of Object.entries(options)) {
		if (value > 0 && value < Number.POSITIVE_INFINITY) continue
		throw new InvalidInputError("projection", name, "above 0", value)
	}
}
