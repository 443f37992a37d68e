import { ShapeError } from "@winnow/tensor"
import type { Cholesky, CholeskyOptions } from "./cholesky.ts"
import { type Matrix64, matrix64, rowRange, subtract } from "./matrix64.ts"
import { plainGemm64 } from "./plain-gemm64.ts"

/**
 * Solves A X = B for all columns of B at once, A = L L^T: first L Y = B downwards, then L^T X = Y upwards, block by block.
 *
 * @param factor - what `cholesky` returned
 * @param rhs - B, `[size, any]`; left as it is
 * @returns X, as large as B
 * @throws {ShapeError} when B has not as many rows as A
 * @throws `signal.reason` once aborted
 * Cost: 2 size^2 operations a column.
 * @example
 * await solveCholesky(factor, matrix64(2, 1, Float64Array.of(8, 8))) // A = [[4, 2], [2, 3]] => [[1], [2]]
 */
export async function solveCholesky(
	factor: Cholesky,
	rhs: Matrix64,
	{ gemm = plainGemm64, signal }: Omit<CholeskyOptions, "block"> = {},
): Promise<Matrix64> {
	const { size, block, panels, inverses } = factor
	if (rhs.rows !== size) throw new ShapeError("solveCholesky", "the rows of the right-hand side", `${size}`, rhs.rows)
	const x = matrix64(rhs.rows, rhs.columns, rhs.data.slice())
	const parts = panels.map((panel, k) => ({
		below: rowRange(panel, panel.columns, panel.rows),
		inverse: inverses[k]!,
		here: rowRange(x, k * block, k * block + panel.columns),
		rest: rowRange(x, k * block + panel.columns, size),
	}))
	for (const { below, inverse, here, rest } of parts) {
		signal?.throwIfAborted()
		here.data.set((await gemm(inverse, here)).data)
		if (rest.rows > 0) subtract(rest, await gemm(below, here))
	}
	for (const { below, inverse, here, rest } of parts.reverse()) {
		signal?.throwIfAborted()
		if (rest.rows > 0) subtract(here, await gemm(below, rest, { transposeA: true }))
		here.data.set((await gemm(inverse, here, { transposeA: true })).data)
	}
	return x
}
