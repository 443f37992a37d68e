import { type Gemm64, type Matrix64, matrix64 } from "@winnow/linalg"
import type { Moments } from "@winnow/tensor"

/**
 * A regression of y on x around old weights W_0, with the best bias for whatever weights: both sides less their means.
 *
 *   C = x^T x - N m_x m_x^T        D = (x^T y - N m_x m_y^T) - C W_0
 *
 * `N` rows, `m` means. With W = W_0 + Delta the squared error is  error - 2 <Delta, D> + <Delta, C Delta>.
 */
export interface Centred {
	readonly rows: number
	/** C `[in, in]` */
	readonly matrix: Matrix64
	/** D `[in, out]` */
	readonly rhs: Matrix64
	/** m_x `[in]` */
	readonly means: Float64Array
	/** m_y - m_x W_0: the best bias for W_0. `[out]` */
	readonly bias: Float64Array
	/** Squared error of W_0 with that bias. */
	readonly error: number
	/** Squared error of a bias alone, sum ||y - m_y||^2; zero where rounding is all there is. */
	readonly variation: number
}

/** What sums of squares lose when the squares of means are taken from them. */
const ROUNDING = 1e-12

/** Cost: one product [in, in] x [in, out] by `gemm`. */
export async function centred(moments: Moments, weights: Matrix64, gemm: Gemm64): Promise<Centred> {
	const { rows, xx, xy, x, y, yy } = moments
	const matrix = lessMeans(xx.data, { rows, left: x, right: x })
	const rhs = lessMeans(xy.data, { rows, left: x, right: y })
	const product = await gemm(matrix, weights)
	let explained = 0
	for (let k = 0; k < rhs.data.length; k++) {
		const target = rhs.data[k]!
		rhs.data[k] = target - product.data[k]!
		explained += weights.data[k]! * (target + rhs.data[k]!)
	}
	const means = x.map((sum) => sum / rows)
	const variation = Math.max(0, yy - y.reduce((sum, value) => sum + value * value, 0) / rows)
	const bias = lessProduct(
		y.map((sum) => sum / rows),
		means,
		weights,
	)
	const error = Math.max(0, variation - explained)
	return { rows, matrix, rhs, means, bias, error, variation: variation > ROUNDING * yy ? variation : 0 }
}

/** Squared error of W_0 with a bias that need not be the best. */
export function errorWith({ rows, bias, error }: Centred, other: ArrayLike<number>): number {
	return error + rows * bias.reduce((sum, value, j) => sum + (value - other[j]!) ** 2, 0)
}

/** Squared error of W_0 + Delta with a bias that need not be the best. Cost: one product [in, in] x [in, out] by `gemm`. */
export async function errorAfter(
	problem: Centred,
	{ delta, bias }: { delta: Matrix64; bias: Float64Array },
	gemm: Gemm64,
): Promise<number> {
	const { rows, matrix, rhs, means, error } = problem
	const product = await gemm(matrix, delta)
	let change = 0
	for (let k = 0; k < rhs.data.length; k++) change += delta.data[k]! * (product.data[k]! - 2 * rhs.data[k]!)
	const best = lessProduct(problem.bias, means, delta)
	return errorWith({ ...problem, rows, bias: best, error: Math.max(0, error + change) }, bias)
}

/** vector - row matrix */
export function lessProduct(vector: Float64Array, row: Float64Array, { columns, data }: Matrix64): Float64Array {
	const rest = vector.slice()
	for (const [i, factor] of row.entries()) {
		for (let j = 0, k = i * columns; j < columns; j++, k++) rest[j]! -= factor * data[k]!
	}
	return rest
}

/** Sums of products less the products of the sums' means. */
function lessMeans(
	sums: Float64Array,
	{ rows, left, right }: { rows: number; left: Float64Array; right: Float64Array },
): Matrix64 {
	const centre = matrix64(left.length, right.length)
	for (let i = 0, k = 0; i < left.length; i++) {
		const mean = left[i]! / rows
		for (let j = 0; j < right.length; j++, k++) centre.data[k] = sums[k]! - mean * right[j]!
	}
	return centre
}
