import { ShapeError } from "@winnow/tensor"
import { type GolubKahan, nextGolubKahan, norm, startGolubKahan } from "./golub-kahan.ts"
import { LsmrEstimator, type LsmrRotations } from "./lsmr-estimates.ts"
import { type LsmrStop, type LsmrTolerances, lsmrStop } from "./lsmr-stop.ts"
import type { Matrix64 } from "./matrix64.ts"
import { pauses } from "./pauses.ts"

export interface LsmrOptions extends Partial<LsmrTolerances> {
	/** Weight of ||x|| in what is minimised. */
	readonly damp?: number
	readonly signal?: AbortSignal | undefined
}

export interface LsmrResult {
	readonly x: Float64Array
	readonly istop: LsmrStop
	readonly iterations: number
	/** ||(b; 0) - (A; damp I) x|| */
	readonly residual: number
	/** ||A^T (b - A x) - damp^2 x|| */
	readonly normalResidual: number
	/** Estimate of ||A||_F. */
	readonly norm: number
	/** Estimate of cond(A). */
	readonly condition: number
}

/**
 * Iterative least squares with damping: min ||A x - b||^2 + damp^2 ||x||^2.
 *
 * LSMR (Fong and Saunders, SIAM J. Sci. Comput. 33, 2011): MINRES on the normal equations by way of Golub-Kahan
 * bidiagonalisation, so that ||A^T r|| never grows (with damping: section 5.2). Stops by the paper's rules and names them by SciPy's codes (`LsmrStop`).
 *
 * @param a - `[m, n]`
 * @param b - `[m]`
 * @throws {ShapeError} when `b` is not as long as `a` has rows
 * @throws `signal.reason` once aborted
 * Cost: 4 m n operations an iteration. Lets the event loop run every 50 ms.
 * @example
 * await lsmr(matrix64(3, 2, Float64Array.of(1, 0, 1, 1, 0, 1)), Float64Array.of(1, 0, -1)) // => { x: [1, -1], istop: 1, ... }
 */
export async function lsmr(
	a: Matrix64,
	b: Float64Array,
	{ damp = 0, atol = 1e-6, btol = 1e-6, conlim = 1e8, maxiter = Math.min(a.rows, a.columns), signal }: LsmrOptions = {},
): Promise<LsmrResult> {
	if (b.length !== a.rows) throw new ShapeError("lsmr", "the length of b", `${a.rows}`, b.length)
	const tolerances = { atol, btol, conlim, maxiter }
	let basis = startGolubKahan(a, b)
	const bNorm = basis.beta
	const solution = new LsmrSolution(basis, damp)
	const estimator = new LsmrEstimator(basis.alpha, basis.beta)
	const pause = pauses(signal)
	let state = { residual: bNorm, normalResidual: basis.alpha * basis.beta, norm: basis.alpha, condition: 1 }
	let istop: LsmrStop | undefined = state.normalResidual === 0 ? 0 : undefined
	let iterations = 0
	while (istop === undefined) {
		await pause()
		iterations++
		basis = nextGolubKahan(a, basis)
		const rotations = solution.next(basis)
		state = { ...estimator.next(rotations, basis.alpha, basis.beta), normalResidual: solution.normalResidual }
		istop = lsmrStop({ ...state, iterations, bNorm, xNorm: norm(solution.x) }, tolerances)
	}
	return { x: solution.x, istop, iterations, ...state }
}

/** The solution and the rotations that lead from one iterate to the next (the paper's letters: Bar for a bar, Hat for a hat). */
class LsmrSolution {
	readonly x: Float64Array
	readonly #damp: number
	readonly #h: Float64Array
	readonly #hBar: Float64Array
	#alphaBar: number
	#zetaBar: number
	#rho = 1
	#rhoBar = 1
	#cBar = 1
	#sBar = 0

	constructor({ alpha, beta, v }: GolubKahan, damp: number) {
		this.#damp = damp
		this.x = new Float64Array(v.length)
		this.#h = v.slice()
		this.#hBar = new Float64Array(v.length)
		this.#alphaBar = alpha
		this.#zetaBar = alpha * beta
	}

	get normalResidual(): number {
		return Math.abs(this.#zetaBar)
	}

	/** Step k: takes in beta_{k+1}, alpha_{k+1} and v_{k+1}. */
	next({ alpha, beta, v }: GolubKahan): LsmrRotations {
		const alphaHat = Math.hypot(this.#alphaBar, this.#damp)
		const cHat = this.#alphaBar / alphaHat
		const sHat = this.#damp / alphaHat

		const rho = Math.hypot(alphaHat, beta)
		const c = alphaHat / rho
		const s = beta / rho
		const theta = s * alpha
		this.#alphaBar = c * alpha

		const thetaBar = this.#sBar * rho
		const rhoBarLast = this.#cBar * rho
		const rhoBar = Math.hypot(rhoBarLast, theta)
		this.#cBar = rhoBarLast / rhoBar
		this.#sBar = theta / rhoBar
		const zeta = this.#cBar * this.#zetaBar
		this.#zetaBar *= -this.#sBar

		this.#advance(v, {
			back: (thetaBar * rho) / (this.#rho * this.#rhoBar),
			step: zeta / (rho * rhoBar),
			turn: theta / rho,
		})
		this.#rho = rho
		this.#rhoBar = rhoBar
		return { cHat, sHat, c, s, thetaBar, rhoBar, rhoBarLast, zeta }
	}

	/** hBar = h - back hBar,  x += step hBar,  h = v - turn h */
	#advance(v: Float64Array, { back, step, turn }: { back: number; step: number; turn: number }): void {
		const { x } = this
		const h = this.#h
		const hBar = this.#hBar
		for (let i = 0; i < x.length; i++) {
			hBar[i] = h[i]! - back * hBar[i]!
			x[i]! += step * hBar[i]!
			h[i] = v[i]! - turn * h[i]!
		}
	}
}
