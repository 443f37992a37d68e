import { type Gemm64, plainGemm64 } from "@winnow/linalg"
import { InvalidInputError, type Refit, type RepairSite, ShapeError, tensor } from "@winnow/tensor"
import { type AroundOnes, aroundOnes, relativeResidual } from "./around-ones.ts"
import { checkSite } from "./check-site.ts"
import { type NormalEquations, normalEquations, withIntercept } from "./normal-equations.ts"
import { referenceScales } from "./reference-scales.ts"
import type { Repair, SiteRepair } from "./repair.ts"
import { ridgeScales } from "./ridge-scales.ts"
import { inRange, type ScaleFit } from "./scale-fit.ts"
import { keptSite, tunedSite } from "./site-report.ts"
import { neverTunedByThePaper, nothingToLearn, nothingToTune } from "./untried.ts"

export interface ScalesOptions {
	readonly gemm?: Gemm64
	/**
	 * What pulls scales towards 1, as a multiple of the mean of diag(A^T A): in (0, 1]. It bounds the condition number by units /
	 * damping. The default is too small to change residuals on held-out text (from 0.01 on they rise) and far above the rounding
	 * of moments summed in float32. Raised tenfold, and recorded, where the matrix still has no Cholesky factor. Not used with
	 * `strictReference`.
	 */
	readonly damping?: number
	/**
	 * The paper's code with its quirks, for comparison: LSMR on the normal equations with damp 1, an intercept for attention that
	 * is learnt and thrown away, attention of layer 0 never tuned.
	 */
	readonly strictReference?: boolean
}

/**
 * The paper's mask tuning: one scale per kept unit, so that the sublayer's output comes closest to what the teacher's would be.
 *
 *   min_s ||sum_u s[u] x_u W_u + b - y||^2 + r ||s - 1||^2        r = damping mean(diag A^T A)
 *
 * x_u are the `channels` inputs of unit u, W_u their rows of the output projection; see `RepairSite` for y. The scales are folded
 * into W; the bias stays. Accepted if finite and within [-10, 10], else the sublayer keeps its weights; the report says which and
 * why. (Kwon et al. 2022, section 4.3.)
 *
 * @throws {InvalidInputError} when `damping` is not in (0, 1]
 * The repair throws {ShapeError} when the parts of a site do not fit together or it is an input's, and `signal.reason` once aborted.
 * Cost per site: one product [in, out] x [out, in], in^2 + units^3 / 3 operations.
 * @example
 * const { refit, report } = await scales()(site)
 */
export function scales({ gemm = plainGemm64, damping = 1e-4, strictReference = false }: ScalesOptions = {}): Repair {
	if (!(damping > 0 && damping <= 1)) throw new InvalidInputError("scales", "damping", "in (0, 1]", damping)
	return async (site, { signal } = {}) => {
		checkSite(site)
		if (site.side !== "output") throw new ShapeError("scales", "the side of the site", "output", site.side)
		const untried = nothingToTune(site) ?? (strictReference ? neverTunedByThePaper(site) : undefined)
		if (untried) return { report: keptSite(site, untried) }
		const equations = await normalEquations(site, gemm)
		const problem = aroundOnes(equations)
		const unlearnable = nothingToLearn(problem)
		if (unlearnable) return { report: keptSite(site, unlearnable) }
		const fit = strictReference
			? await referenceScales(referenceProblem(equations, site), { units: site.sublayer.units, signal })
			: await ridgeScales(problem, { damping, gemm, signal })
		return repaired(site, problem, inRange(fit))
	}
}

/** Attention learns an intercept in the paper's code. */
function referenceProblem(equations: NormalEquations, site: RepairSite): AroundOnes {
	return aroundOnes(site.sublayer.kind === "attention" ? withIntercept(equations, site) : equations)
}

function repaired(site: RepairSite, problem: AroundOnes, fit: ScaleFit): SiteRepair {
	const residualBefore = relativeResidual(problem, new Float64Array(site.sublayer.units))
	if (!fit.ok) {
		const record = { residualBefore, residualAfter: residualBefore, ...fit.record }
		return { report: keptSite(site, fit.refusal, record) }
	}
	const delta = fit.scales.map((scale) => scale - 1)
	const record = { residualBefore, residualAfter: relativeResidual(problem, delta), ...fit.record }
	return { refit: scaled(site, fit.scales), report: tunedSite(site, { ...record, scales: fit.scales }) }
}

/** Each unit's rows of W times its scale; the bias as it was. */
function scaled({ sublayer: { channels }, weights, bias }: RepairSite, scales: Float64Array): Refit {
	const [rows, columns] = weights.shape
	const data = weights.data.slice()
	for (let row = 0; row < rows; row++) {
		const scale = scales[Math.floor(row / channels)]!
		for (let k = row * columns; k < (row + 1) * columns; k++) data[k]! *= scale
	}
	return { weights: tensor("in out", [rows, columns], data), bias }
}
