import { type Gemm64, type Matrix64, matrix64 } from "@winnow/linalg"
import type { RepairSite } from "@winnow/tensor"

/**
 * min ||A s - B||^2 for one scale s[u] per unit: column u of A is the unit's output x_u W_u over all rows and hidden
 * dimensions, B the target less the bias. A itself (rows x hidden elements a unit) is never built.
 */
export interface NormalEquations {
	/** A^T A `[unit, unit]` */
	readonly matrix: Matrix64
	/** A^T B `[unit]` */
	readonly rhs: Float64Array
	/** ||B||^2 */
	readonly target: number
}

/**
 * The normal equations of a site from its moments:
 *
 *   A^T A = blocksum(X o W W^T)      X = x^T x
 *   A^T B = blocksum(R o W)          R = x^T (y - b) = x^T y - (sum x) b^T
 *   ||B||^2 = sum y^2 - 2 b . (sum y) + rows b . b
 *
 * `o` element by element; a blocksum adds up the `channels` rows (and columns) of each unit. (Kwon et al. 2022, section 4.3,
 * whose layer-wise reconstruction this is; heads and neurons alike.)
 *
 * Cost: one product [in, out] x [out, in] by `gemm`, in^2 and in out operations else.
 */
export async function normalEquations(site: RepairSite, gemm: Gemm64): Promise<NormalEquations> {
	const [rows, columns] = site.weights.shape
	const weights = matrix64(rows, columns, Float64Array.from(site.weights.data))
	return {
		matrix: await unitProducts(site, weights, gemm),
		rhs: unitTargets(site, weights),
		target: squaredTarget(site),
	}
}

/** One column of ones more: an intercept that all elements of the prediction share. It is the last unknown. */
export function withIntercept({ matrix, rhs, target }: NormalEquations, site: RepairSite): NormalEquations {
	const { fit, bias } = site
	const units = matrix.rows
	const size = units + 1
	const extended = matrix64(size, size)
	const ones = unitSums(site)
	for (let u = 0; u < units; u++) {
		extended.data.set(matrix.data.subarray(u * units, (u + 1) * units), u * size)
		extended.data[u * size + units] = extended.data[units * size + u] = ones[u]!
	}
	extended.data[size * size - 1] = fit.rows * bias.length
	return { matrix: extended, rhs: Float64Array.of(...rhs, sum(fit.y) - fit.rows * sum(bias)), target }
}

/** A^T A */
async function unitProducts({ sublayer, fit }: RepairSite, weights: Matrix64, gemm: Gemm64): Promise<Matrix64> {
	const { units, channels } = sublayer
	const size = units * channels
	const rowProducts = (await gemm(weights, weights, { transposeB: true })).data
	const products = matrix64(units, units)
	for (let i = 0; i < size; i++) {
		const target = Math.floor(i / channels) * units
		for (let v = 0, k = i * size; v < units; v++) {
			let block = 0
			for (let c = 0; c < channels; c++, k++) block += fit.xx.data[k]! * rowProducts[k]!
			products.data[target + v]! += block
		}
	}
	return products
}

/** A^T B */
function unitTargets(
	{ sublayer: { units, channels }, fit, bias }: RepairSite,
	{ columns, data }: Matrix64,
): Float64Array {
	const targets = new Float64Array(units)
	for (let i = 0; i < units * channels; i++) {
		let row = 0
		for (let j = 0, k = i * columns; j < columns; j++, k++) {
			row += (fit.xy.data[k]! - fit.x[i]! * bias[j]!) * data[k]!
		}
		targets[Math.floor(i / channels)]! += row
	}
	return targets
}

function squaredTarget({ fit, bias }: RepairSite): number {
	let squared = fit.yy
	for (const [j, b] of bias.entries()) squared += b * (fit.rows * b - 2 * fit.y[j]!)
	return squared
}

/** Sum of all elements of each unit's output. `[unit]` */
function unitSums({ sublayer: { units, channels }, fit, weights }: RepairSite): Float64Array {
	const columns = weights.shape[1]
	const sums = new Float64Array(units)
	for (let i = 0; i < units * channels; i++) {
		sums[Math.floor(i / channels)]! += fit.x[i]! * sum(weights.data.subarray(i * columns, (i + 1) * columns))
	}
	return sums
}

function sum(values: Float32Array | Float64Array): number {
	let total = 0
	for (const value of values) total += value
	return total
}
