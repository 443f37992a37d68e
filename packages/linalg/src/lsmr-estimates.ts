/** What one step of LSMR knows once its rotations are made (Fong and Saunders 2011, their letters; k is the step). */
export interface LsmrRotations {
	/** c^_k and s^_k: the rotation that takes in the damping. */
	readonly cHat: number
	readonly sHat: number
	/** c_k and s_k: the rotation that takes in beta_{k+1}. */
	readonly c: number
	readonly s: number
	/** theta-_k and rho-_k: k-th column of the second bidiagonal matrix R-. */
	readonly thetaBar: number
	readonly rhoBar: number
	/** c-_{k-1} rho_k: last diagonal element of R- before the next rotation. */
	readonly rhoBarLast: number
	/** zeta_k: new element of the solution in the basis of R-. */
	readonly zeta: number
}

/** Estimates of norms that cost a few operations a step. */
interface LsmrEstimates {
	/** ||(b; 0) - (A; damp I) x|| */
	readonly residual: number
	/** ||A||_F so far, with the damping left out. */
	readonly norm: number
	/** cond(A), from the diagonal of R-. */
	readonly condition: number
}

/**
 * Running estimates of the residual's norm, of ||A|| and of cond(A): sections 3.3, 3.6 and 5.1 of the paper.
 *
 * The residual's norm needs a third triangular factor (tilde letters), reached by one more rotation a step.
 */
export class LsmrEstimator {
	#betaDoubleDot: number
	#betaDot = 0
	#rhoDot = 1
	#tauTilde = 0
	#thetaTilde = 0
	#zeta = 0
	#dropped = 0
	#squaredNorm: number
	/** rho-_0 = 1 counts, as it does in SciPy: where A is small, the condition is overestimated. */
	#largest = 1
	#smallest = Number.POSITIVE_INFINITY

	constructor(alpha: number, beta: number) {
		this.#betaDoubleDot = beta
		this.#squaredNorm = alpha ** 2
	}

	/** Takes in step k, its beta_{k+1} and alpha_{k+1}. */
	next(rotations: LsmrRotations, alpha: number, beta: number): LsmrEstimates {
		const residual = this.#nextResidual(rotations)
		const norm = Math.sqrt((this.#squaredNorm += beta ** 2))
		this.#squaredNorm += alpha ** 2
		return { residual, norm, condition: this.#nextCondition(rotations) }
	}

	#nextResidual({ cHat, sHat, c, s, thetaBar, rhoBar, zeta }: LsmrRotations): number {
		// The two rotations of the step, applied to the right-hand side: what falls out is residual for good.
		this.#dropped += (sHat * this.#betaDoubleDot) ** 2
		const betaHat = c * cHat * this.#betaDoubleDot
		this.#betaDoubleDot *= -s * cHat

		const rhoTilde = Math.hypot(this.#rhoDot, thetaBar)
		const cTilde = this.#rhoDot / rhoTilde
		const sTilde = thetaBar / rhoTilde
		this.#tauTilde = (this.#zeta - this.#thetaTilde * this.#tauTilde) / rhoTilde
		this.#thetaTilde = sTilde * rhoBar
		this.#rhoDot = cTilde * rhoBar
		this.#betaDot = cTilde * betaHat - sTilde * this.#betaDot
		this.#zeta = zeta

		const tauDot = (zeta - this.#thetaTilde * this.#tauTilde) / this.#rhoDot
		return Math.sqrt(this.#dropped + (this.#betaDot - tauDot) ** 2 + this.#betaDoubleDot ** 2)
	}

	#nextCondition({ rhoBar, rhoBarLast }: LsmrRotations): number {
		const condition = Math.max(this.#largest, rhoBarLast) / Math.min(this.#smallest, rhoBarLast)
		this.#largest = Math.max(this.#largest, rhoBar)
		this.#smallest = Math.min(this.#smallest, rhoBar)
		return condition
	}
}
