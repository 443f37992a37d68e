import type { Matrix64 } from "./matrix64.ts"

// Four rows at a time: each element of the vector is loaded once for four products, twice as fast as row by row.

/** y += A x */
export function addProduct(y: Float64Array, { rows, columns, data }: Matrix64, x: Float64Array): void {
	const quads = rows - (rows % 4)
	for (let i = 0; i < quads; i += 4) {
		let sum0 = 0
		let sum1 = 0
		let sum2 = 0
		let sum3 = 0
		for (let j = 0, k = i * columns; j < columns; j++, k++) {
			const value = x[j]!
			sum0 += data[k]! * value
			sum1 += data[k + columns]! * value
			sum2 += data[k + 2 * columns]! * value
			sum3 += data[k + 3 * columns]! * value
		}
		y[i]! += sum0
		y[i + 1]! += sum1
		y[i + 2]! += sum2
		y[i + 3]! += sum3
	}
	for (let i = quads; i < rows; i++) {
		let sum = 0
		for (let j = 0; j < columns; j++) sum += data[i * columns + j]! * x[j]!
		y[i]! += sum
	}
}

/** y += A^T x */
export function addTransposedProduct(y: Float64Array, { rows, columns, data }: Matrix64, x: Float64Array): void {
	const quads = rows - (rows % 4)
	for (let i = 0; i < quads; i += 4) {
		const x0 = x[i]!
		const x1 = x[i + 1]!
		const x2 = x[i + 2]!
		const x3 = x[i + 3]!
		for (let j = 0, k = i * columns; j < columns; j++, k++) {
			y[j]! += x0 * data[k]! + x1 * data[k + columns]! + x2 * data[k + 2 * columns]! + x3 * data[k + 3 * columns]!
		}
	}
	for (let i = quads; i < rows; i++) {
		for (let j = 0; j < columns; j++) y[j]! += x[i]! * data[i * columns + j]!
	}
}
