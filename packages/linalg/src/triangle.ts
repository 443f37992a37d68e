import { type Matrix64, matrix64 } from "./matrix64.ts"

/**
 * Cholesky of one small block in place, row by row: the lower triangle of `a` becomes L, what is above becomes zero.
 *
 * @returns the first pivot that is not above zero, or undefined when there is none
 */
export function factorTriangle({ rows: size, data }: Matrix64): { row: number; value: number } | undefined {
	for (let i = 0; i < size; i++) {
		for (let j = 0; j < i; j++) {
			data[i * size + j] = (data[i * size + j]! - rowDot(data, i * size, j * size, j)) / data[j * size + j]!
		}
		const value = data[i * size + i]! - rowDot(data, i * size, i * size, i)
		if (!(value > 0)) return { row: i, value }
		data[i * size + i] = Math.sqrt(value)
		data.fill(0, i * size + i + 1, (i + 1) * size)
	}
	return undefined
}

/** Inverse of a lower triangular matrix, column by column through L x = e. */
export function triangleInverse({ rows: size, data: lower }: Matrix64): Matrix64 {
	// The columns of the inverse are kept as rows while they grow, so that every inner product runs over consecutive numbers.
	const columns = new Float64Array(size * size)
	const inverse = matrix64(size, size)
	for (let j = 0; j < size; j++) {
		columns[j * size + j] = 1 / lower[j * size + j]!
		for (let i = j + 1; i < size; i++) {
			let sum = 0
			for (let k = j; k < i; k++) sum += lower[i * size + k]! * columns[j * size + k]!
			columns[j * size + i] = -sum / lower[i * size + i]!
		}
		for (let i = j; i < size; i++) inverse.data[i * size + j] = columns[j * size + i]!
	}
	return inverse
}

/** Solves L X = B in place, L lower triangular: B becomes X. */
export function substituteForward({ rows: size, data: lower }: Matrix64, { columns, data }: Matrix64): void {
	for (let i = 0; i < size; i++) {
		const start = i * columns
		for (let j = 0; j < i; j++) {
			const factor = lower[i * size + j]!
			for (let k = 0; k < columns; k++) data[start + k]! -= factor * data[j * columns + k]!
		}
		for (let k = start; k < start + columns; k++) data[k]! /= lower[i * size + i]!
	}
}

/** A symmetric A becomes L^-1 A L^-T in place, L lower triangular. */
export function whiten(lower: Matrix64, a: Matrix64): void {
	substituteForward(lower, a)
	transpose(a)
	substituteForward(lower, a)
}

function transpose({ rows: size, data }: Matrix64): void {
	for (let i = 0; i < size; i++) {
		for (let j = 0; j < i; j++) {
			const value = data[i * size + j]!
			data[i * size + j] = data[j * size + i]!
			data[j * size + i] = value
		}
	}
}

function rowDot(data: Float64Array, a: number, b: number, length: number): number {
	let sum = 0
	for (let k = 0; k < length; k++) sum += data[a + k]! * data[b + k]!
	return sum
}
