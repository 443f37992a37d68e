import { type Gemm64, matrix64, solveRidge } from "@winnow/linalg"
import type { AroundOnes } from "./around-ones.ts"
import { notPositiveDefinite } from "./not-positive-definite.ts"
import type { ScaleFit } from "./scale-fit.ts"

/**
 * Scales by ridge regression towards 1:
 *
 *   min ||A s - B||^2 + r ||s - 1||^2        (A^T A + r I) (s - 1) = A^T (B - A 1)        r = damping mean(diag A^T A)
 *
 * Solved by Cholesky. When rounding has left the matrix without a factor, the damping is raised tenfold until it has one; what
 * was used is recorded.
 */
export async function ridgeScales(
	{ matrix, rhs }: AroundOnes,
	options: { damping: number; gemm: Gemm64; signal?: AbortSignal | undefined },
): Promise<ScaleFit> {
	const result = await solveRidge(matrix, matrix64(matrix.rows, 1, rhs), options)
	const record = { damping: result.damping }
	if (!result.ok) return { ok: false, refusal: notPositiveDefinite(result), record }
	return { ok: true, scales: result.x.data.map((delta) => 1 + delta), record }
}
