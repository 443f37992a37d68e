import { ShapeError } from "@winnow/tensor"
import type { Gemm64 } from "./gemm64.ts"
import { type Matrix64, matrix64, rowRange } from "./matrix64.ts"
import { plainGemm64 } from "./plain-gemm64.ts"
import { subtractProduct } from "./subtract-product.ts"

/**
 * A symmetric matrix from which low-rank products are taken away, a few ranks at a time, while only some of its rows are looked at:
 *
 *   M = B - X^T Y
 *
 * `subtract` only notes rows of X and Y; `rows` and `block` compute what is asked for. `settle` takes the noted products away by one
 * large product, and drops rows and columns that are no longer needed. What would be n / k passes over the whole matrix is one.
 *
 * @example
 * const m = new DowndatedMatrix(matrix64(2, 2, Float64Array.of(4, 2, 2, 3)), 1)
 * m.subtract(row, row) // row = [[2, 1]]
 * m.rows(Uint32Array.of(1)) // => [[0, 2]]
 */
export class DowndatedMatrix {
	/** How many ranks may be noted before `settle`. */
	readonly capacity: number
	#base: Matrix64
	#x: Matrix64
	#y: Matrix64
	#noted = 0

	/** @param matrix - B: it is taken over, and overwritten when settling */
	constructor(matrix: Matrix64, capacity: number) {
		if (matrix.rows !== matrix.columns) {
			throw new ShapeError("downdated matrix", "the matrix", "square", [matrix.rows, matrix.columns])
		}
		this.capacity = capacity
		this.#base = matrix
		this.#x = matrix64(capacity, matrix.rows)
		this.#y = matrix64(capacity, matrix.rows)
	}

	get size(): number {
		return this.#base.rows
	}

	/** How many ranks are noted and not yet settled. */
	get noted(): number {
		return this.#noted
	}

	/** Rows of M, which are its columns, too. `[indices, size]` */
	rows(indices: Uint32Array): Matrix64 {
		const rows = rowsOf(this.#base, indices)
		subtractProduct(rows, columnsOf(rowRange(this.#y, 0, this.#noted), indices), this.#x)
		return rows
	}

	/** Rows and columns of M. `[indices, indices]` */
	block(indices: Uint32Array): Matrix64 {
		const block = columnsOf(rowsOf(this.#base, indices), indices)
		const [x, y] = [this.#x, this.#y].map((each) => columnsOf(rowRange(each, 0, this.#noted), indices))
		subtractProduct(block, y!, x!)
		return block
	}

	/**
	 * M -= x^T y, which must be symmetric. Both `[ranks, size]`; they are copied.
	 *
	 * @throws {ShapeError} when more is noted than there is capacity
	 */
	subtract(x: Matrix64, y: Matrix64): void {
		const noted = this.#noted + x.rows
		if (noted > this.capacity) {
			throw new ShapeError("downdated matrix", "the noted ranks", `at most ${this.capacity}`, noted)
		}
		this.#x.data.set(x.data, this.#noted * this.size)
		this.#y.data.set(y.data, this.#noted * this.size)
		this.#noted = noted
	}

	/**
	 * Takes the noted products away.
	 *
	 * @param keep - rows and columns that stay, ascending: they are numbered anew
	 * Cost: 2 noted keep^2 operations, a matrix more of memory while it lasts.
	 */
	async settle(keep: Uint32Array, gemm: Gemm64 = plainGemm64): Promise<void> {
		const [x, y] = [this.#x, this.#y].map((each) => columnsOf(rowRange(each, 0, this.#noted), keep))
		const product = await gemm(x!, y!, { transposeA: true })
		this.#base = compacted(this.#base, keep, product)
		this.#noted = 0
		this.#x = matrix64(this.capacity, keep.length, this.#x.data.subarray(0, this.capacity * keep.length))
		this.#y = matrix64(this.capacity, keep.length, this.#y.data.subarray(0, this.capacity * keep.length))
	}
}

/** Rows of a matrix, in any order. */
function rowsOf(matrix: Matrix64, rows: Uint32Array): Matrix64 {
	const part = matrix64(rows.length, matrix.columns)
	for (const [to, row] of rows.entries()) part.data.set(rowRange(matrix, row, row + 1).data, to * matrix.columns)
	return part
}

/** Columns of a matrix, in any order. */
export function columnsOf({ rows, columns, data }: Matrix64, indices: Uint32Array): Matrix64 {
	const part = matrix64(rows, indices.length)
	for (let row = 0, to = 0; row < rows; row++) {
		const start = row * columns
		for (let j = 0; j < indices.length; j++, to++) part.data[to] = data[start + indices[j]!]!
	}
	return part
}

/** B less the product, rows and columns of B that are kept. In place: what is read lies never before what is written. */
function compacted({ columns, data }: Matrix64, keep: Uint32Array, product: Matrix64): Matrix64 {
	const size = keep.length
	for (let i = 0, to = 0; i < size; i++) {
		const start = keep[i]! * columns
		for (let j = 0; j < size; j++, to++) data[to] = data[start + keep[j]!]! - product.data[to]!
	}
	return matrix64(size, size, data.subarray(0, size * size))
}
