import type { Matrix64 } from "./matrix64.ts"

/**
 * target -= coefficients^T x in this thread, without copies: for products of a few rows, for which a call of `Gemm64` is too much.
 *
 * @param target - `[rows, columns]`
 * @param coefficients - `[ranks, rows]`
 * @param x - `[ranks or more, columns]`: rows beyond the ranks are not read
 * Cost: 2 ranks rows columns operations, at 1 to 2 GFLOP/s.
 */
export function subtractProduct(target: Matrix64, coefficients: Matrix64, { data: x }: Matrix64): void {
	const { rows, columns, data } = target
	const { rows: ranks, data: c } = coefficients
	// Four ranks at a time: each element of the target is loaded and stored once for four products.
	const quads = ranks - (ranks % 4)
	for (let row = 0; row < rows; row++) {
		const start = row * columns
		for (let k = 0; k < quads; k += 4) {
			const c0 = c[k * rows + row]!
			const c1 = c[(k + 1) * rows + row]!
			const c2 = c[(k + 2) * rows + row]!
			const c3 = c[(k + 3) * rows + row]!
			for (let j = 0, at = k * columns; j < columns; j++, at++) {
				data[start + j]! -= c0 * x[at]! + c1 * x[at + columns]! + c2 * x[at + 2 * columns]! + c3 * x[at + 3 * columns]!
			}
		}
		for (let k = quads; k < ranks; k++) {
			const c0 = c[k * rows + row]!
			for (let j = 0, at = k * columns; j < columns; j++, at++) data[start + j]! -= c0 * x[at]!
		}
	}
}
