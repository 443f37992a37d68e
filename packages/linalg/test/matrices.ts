import { type Gemm64Options, type Matrix64, matrix64 } from "../src/index.ts"

/** Numbers in [-1, 1) that depend on the seed alone (mulberry32). */
export function randomMatrix(rows: number, columns: number, seed = 1): Matrix64 {
	let state = seed
	const next = () => {
		state = (state + 0x6d2b79f5) | 0
		let t = Math.imul(state ^ (state >>> 15), 1 | state)
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1
	}
	return matrix64(rows, columns, Float64Array.from({ length: rows * columns }, next))
}

export function at({ columns, data }: Matrix64, i: number, j: number): number {
	return data[i * columns + j] as number
}

/** op(a) op(b) by its definition. */
export function naiveProduct(a: Matrix64, b: Matrix64, { transposeA, transposeB }: Gemm64Options = {}): Matrix64 {
	const left = (i: number, k: number) => (transposeA ? at(a, k, i) : at(a, i, k))
	const right = (k: number, j: number) => (transposeB ? at(b, j, k) : at(b, k, j))
	const depth = transposeA ? a.rows : a.columns
	const product = matrix64(transposeA ? a.columns : a.rows, transposeB ? b.rows : b.columns)
	for (let i = 0; i < product.rows; i++) {
		for (let j = 0; j < product.columns; j++) {
			for (let k = 0; k < depth; k++) product.data[i * product.columns + j]! += left(i, k) * right(k, j)
		}
	}
	return product
}

/** m m^T / columns + 0.1 I: symmetric, all eigenvalues in about [0.1, 2]. */
export function positiveDefinite(size: number, seed = 1): Matrix64 {
	const m = randomMatrix(size, size + 3, seed)
	const a = naiveProduct(m, m, { transposeB: true })
	for (let i = 0; i < size; i++) {
		for (let j = 0; j < size; j++) a.data[i * size + j] = at(a, i, j) / m.columns + (i === j ? 0.1 : 0)
	}
	return a
}
