import { ShapeError } from "@winnow/tensor"
import type { Matrix64 } from "./matrix64.ts"

export interface Gemm64Options {
	readonly transposeA?: boolean
	readonly transposeB?: boolean
}

/**
 * Matrix product in float64: op(a) op(b), where op transposes on demand. Returns a new matrix; zero sizes are legal.
 *
 * All the heavy work of this package goes through one of these, so that a faster one can be put in.
 */
export type Gemm64 = (a: Matrix64, b: Matrix64, options?: Gemm64Options) => Promise<Matrix64>

/**
 * Sizes of op(a) op(b): `[rows, depth] x [depth, columns]`.
 *
 * @throws {ShapeError} when the inner sizes differ
 */
export function productShape(a: Matrix64, b: Matrix64, { transposeA = false, transposeB = false }: Gemm64Options = {}) {
	const [rows, depth] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns]
	const [inner, columns] = transposeB ? [b.columns, b.rows] : [b.rows, b.columns]
	if (inner !== depth) throw new ShapeError("gemm64", "the inner size of b", `${depth} as in a`, inner)
	return { rows, depth, columns }
}
