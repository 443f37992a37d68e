import { type Gemm64, type Matrix64, meanDiagonal, solveRidge } from "@winnow/linalg"
import { type Centred, lessProduct } from "./centred.ts"
import { notPositiveDefinite } from "./not-positive-definite.ts"
import type { Refusal } from "./site-report.ts"

/** A fit around W_0, or why there is none; and the damping that was used. */
export type RidgeFit = { readonly damping: number } & (
	| {
			readonly ok: true
			/** W - W_0 */
			readonly delta: Matrix64
			readonly bias: Float64Array
			/** Squared error on the rows it was fitted on. */
			readonly error: number
	  }
	| { readonly ok: false; readonly refusal: Refusal }
)

/**
 * Of the mean square of the inputs: how much of their variance sums of float32 products can tell from rounding. Inputs that vary less
 * (the same token in every sample) are held to their old weights by as much as if they varied so much.
 */
const LEAST_VARIANCE = 1e-3

/**
 * Ridge regression around old weights, with a free bias:
 *
 *   min_{W, b} ||x W + b - y||^2 + r ||W - W_0||^2        (C + r I) (W - W_0) = D        r = damping mean(diag C)
 *
 * The bias follows from the means. Inputs without variance keep their weights, and the bias makes up for them.
 */
export async function ridgeFit(
	problem: Centred,
	options: { damping: number; gemm: Gemm64; signal?: AbortSignal | undefined },
): Promise<RidgeFit> {
	const { rows, matrix, rhs, means } = problem
	const variance = meanDiagonal(matrix)
	const square = variance + (rows * means.reduce((sum, mean) => sum + mean * mean, 0)) / Math.max(1, means.length)
	const unit = Math.max(variance, LEAST_VARIANCE * square)
	const result = await solveRidge(matrix, rhs, { ...options, unit })
	const { damping } = result
	if (!result.ok) return { ok: false, refusal: notPositiveDefinite(result), damping }
	const delta = result.x
	// C Delta = D - r Delta
	let gain = 0
	for (let k = 0; k < delta.data.length; k++) {
		const change = delta.data[k]!
		gain += change * (rhs.data[k]! + damping * unit * change)
	}
	return {
		ok: true,
		delta,
		bias: lessProduct(problem.bias, means, delta),
		error: Math.max(0, problem.error - gain),
		damping,
	}
}
