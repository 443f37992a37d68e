/**
 * Why LSMR stopped, in SciPy's numbers:
 * 0 x = 0 is the solution · 1 A x = b is met within atol and btol · 2 the least-squares problem is solved within atol ·
 * 3 cond(A) seems above conlim · 4, 5, 6 like 1, 2, 3 at machine precision · 7 maxiter.
 */
export type LsmrStop = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7

export interface LsmrTolerances {
	/** Relative error of the elements of A. */
	readonly atol: number
	/** Relative error of the elements of b. */
	readonly btol: number
	/** Largest condition number to go on with; 0: any. */
	readonly conlim: number
	readonly maxiter: number
}

interface LsmrProgress {
	readonly iterations: number
	readonly residual: number
	readonly normalResidual: number
	readonly norm: number
	readonly condition: number
	readonly xNorm: number
	readonly bNorm: number
}

/** The stopping rules of Fong and Saunders 2011, section 3.2 (S1 to S3, each also at machine precision); the lowest code wins. */
export function lsmrStop(p: LsmrProgress, { atol, btol, conlim, maxiter }: LsmrTolerances): LsmrStop | undefined {
	const reach = (p.norm * p.xNorm) / p.bNorm
	const compatible = p.residual / p.bNorm
	const scale = p.norm * p.residual
	const leastSquares = scale === 0 ? Number.POSITIVE_INFINITY : p.normalResidual / scale
	const regular = 1 / p.condition
	if (compatible <= btol + atol * reach) return 1
	if (leastSquares <= atol) return 2
	if (conlim > 0 && regular <= 1 / conlim) return 3
	if (1 + compatible / (1 + reach) <= 1) return 4
	if (1 + leastSquares <= 1) return 5
	if (1 + regular <= 1) return 6
	if (p.iterations >= maxiter) return 7
	return undefined
}
