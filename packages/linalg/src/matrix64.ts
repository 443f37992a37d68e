import { ShapeError } from "@winnow/tensor"

/** A dense float64 matrix, row-major: the element at (i, j) is `data[i * columns + j]`. */
export interface Matrix64 {
	readonly rows: number
	readonly columns: number
	readonly data: Float64Array
}

/**
 * A matrix over the data given (nothing is copied), or of zeros.
 *
 * @throws {ShapeError} when `data` is not `rows * columns` long
 * @example
 * matrix64(2, 2, Float64Array.of(4, 2, 2, 3))
 */
export function matrix64(
	rows: number,
	columns: number,
	data: Float64Array = new Float64Array(rows * columns),
): Matrix64 {
	if (data.length !== rows * columns) {
		throw new ShapeError("matrix64", `the data of [${rows}, ${columns}]`, `${rows * columns} long`, data.length)
	}
	return { rows, columns, data }
}

/** Rows `from` to `to` (exclusive) as a view: writing to it writes to the matrix. */
export function rowRange({ columns, data }: Matrix64, from: number, to: number): Matrix64 {
	return { rows: to - from, columns, data: data.subarray(from * columns, to * columns) }
}

/** from -= what, element by element. */
export function subtract(from: Matrix64, what: Matrix64): void {
	for (let i = 0; i < from.data.length; i++) from.data[i]! -= what.data[i]!
}
