import { type CholeskyOptions, cholesky } from "./cholesky.ts"
import { type Matrix64, matrix64 } from "./matrix64.ts"
import { solveCholesky } from "./solve-cholesky.ts"

export interface RidgeOptions extends Omit<CholeskyOptions, "block"> {
	/** What is added to the diagonal, as a multiple of `unit`: above 0. */
	readonly damping: number
	/** Default: the mean of the diagonal of A. */
	readonly unit?: number
}

/** The solution and the damping that it took; or the last pivot that was not above zero. */
export type RidgeResult =
	| { readonly ok: true; readonly x: Matrix64; readonly damping: number }
	| { readonly ok: false; readonly at: number; readonly pivot: number; readonly damping: number }

/** With a ridge as large as the mean of its diagonal a matrix that still has no factor is not positive semidefinite. */
const LARGEST_DAMPING = 1

/**
 * Solves (A + damping unit I) X = B for a symmetric positive semidefinite A, by Cholesky.
 *
 * Where rounding has left the sum without a factor, the damping is raised tenfold until it has one, up to 1; what was used is
 * returned. A unit of zero stands for a matrix of zeros, which pulls nowhere: X is zero.
 *
 * @param rhs - B, `[size of A, any]`
 * @throws {ShapeError} when A is not square or B has not as many rows
 * @throws `signal.reason` once aborted
 * Cost: size^3 / 3 operations and 2 size^2 a column of B.
 * @example
 * await solveRidge(matrix64(2, 2, Float64Array.of(3, 0, 0, 1)), matrix64(2, 1, Float64Array.of(4, 2)), { damping: 0.5 })
 * // unit 2, ridge 1 => { ok: true, x: [[1], [1]], damping: 0.5 }
 */
export async function solveRidge(
	a: Matrix64,
	rhs: Matrix64,
	{ damping, unit = meanDiagonal(a), ...options }: RidgeOptions,
): Promise<RidgeResult> {
	if (unit === 0) return { ok: true, x: matrix64(rhs.rows, rhs.columns), damping }
	for (let used = damping; ; used = Math.min(10 * used, LARGEST_DAMPING)) {
		const result = await cholesky(plusDiagonal(a, used * unit), options)
		if (result.ok) return { ok: true, x: await solveCholesky(result.factor, rhs, options), damping: used }
		if (used >= LARGEST_DAMPING) return { ...result, damping: used }
	}
}

/** Mean of the diagonal: the scale of a positive semidefinite matrix; 0 without rows. */
export function meanDiagonal({ rows, columns, data }: Matrix64): number {
	let trace = 0
	for (let i = 0; i < rows; i++) trace += data[i * columns + i]!
	return rows === 0 ? 0 : trace / rows
}

/** A + value I, on a copy. */
function plusDiagonal({ rows, columns, data }: Matrix64, value: number): Matrix64 {
	const sum = matrix64(rows, columns, data.slice())
	for (let i = 0; i < rows; i++) sum.data[i * columns + i]! += value
	return sum
}
