import type { Refusal } from "./site-report.ts"

/** Why a matrix that should be one of sums of squares has no Cholesky factor. */
export function notPositiveDefinite({ at, pivot }: { at: number; pivot: number }): Refusal {
	const explanation = `pivot ${at} is ${pivot} even with as much damping as the mean of the diagonal`
	return { reason: "not-positive-definite", explanation }
}
