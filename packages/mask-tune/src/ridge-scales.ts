import { cholesky, type Gemm64, type Matrix64, matrix64, solveCholesky } from "@winnow/linalg"
import { type AroundOnes, withRidge } from "./around-ones.ts"
import type { ScaleFit } from "./scale-fit.ts"

/** Above the mean of the diagonal a ridge no longer helps a matrix that should be positive semidefinite: it is not one. */
const LARGEST_DAMPING = 1

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
	{ damping, gemm, signal }: { damping: number; gemm: Gemm64; signal?: AbortSignal | undefined },
): Promise<ScaleFit> {
	const size = matrix.rows
	const mean = meanDiagonal(matrix)
	for (let used = damping; ; used = Math.min(10 * used, LARGEST_DAMPING)) {
		const result = await cholesky(withRidge(matrix, used * mean), { gemm, signal })
		if (result.ok) {
			const delta = await solveCholesky(result.factor, matrix64(size, 1, rhs), { gemm, signal })
			return { ok: true, scales: delta.data.map((value) => 1 + value), record: { damping: used } }
		}
		if (used < LARGEST_DAMPING) continue
		const explanation = `pivot ${result.at} is ${result.pivot} even with as much damping as the mean of the diagonal`
		return { ok: false, refusal: { reason: "not-positive-definite", explanation }, record: { damping: used } }
	}
}

function meanDiagonal({ rows, columns, data }: Matrix64): number {
	let trace = 0
	for (let u = 0; u < rows; u++) trace += data[u * columns + u]!
	return trace / rows
}
