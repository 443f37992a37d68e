import { addProduct, addTransposedProduct } from "./matrix-vector.ts"
import type { Matrix64 } from "./matrix64.ts"

/** State of the bidiagonalisation: unit vectors u [rows] and v [columns] with their lengths before they were made so. */
export interface GolubKahan {
	/** beta u, with u of length 1 (or all zeros when beta = 0). */
	readonly beta: number
	readonly u: Float64Array
	/** alpha v, with v of length 1 (or all zeros when alpha = 0). */
	readonly alpha: number
	readonly v: Float64Array
}

/** beta_1 u_1 = b, alpha_1 v_1 = A^T u_1 */
export function startGolubKahan(a: Matrix64, b: Float64Array): GolubKahan {
	const u = b.slice()
	const beta = normalize(u)
	const v = new Float64Array(a.columns)
	addTransposedProduct(v, a, u)
	return { beta, u, alpha: normalize(v), v }
}

/**
 * One step of Golub-Kahan bidiagonalisation; u and v are overwritten.
 *
 *   beta' u' = A v - alpha u        alpha' v' = A^T u' - beta' v
 */
export function nextGolubKahan(a: Matrix64, { u, v, alpha }: GolubKahan): GolubKahan {
	scale(u, -alpha)
	addProduct(u, a, v)
	const beta = normalize(u)
	scale(v, -beta)
	addTransposedProduct(v, a, u)
	return { beta, u, alpha: normalize(v), v }
}

/** Euclidean length, against overflow and underflow by the largest element. */
export function norm(x: Float64Array): number {
	let largest = 0
	for (const value of x) largest = Math.max(largest, Math.abs(value))
	if (!(largest > 0) || largest === Number.POSITIVE_INFINITY) return largest
	let sum = 0
	for (const value of x) sum += (value / largest) ** 2
	return largest * Math.sqrt(sum)
}

function normalize(x: Float64Array): number {
	const length = norm(x)
	if (length > 0) scale(x, 1 / length)
	return length
}

function scale(x: Float64Array, factor: number): void {
	for (let i = 0; i < x.length; i++) x[i]! *= factor
}
