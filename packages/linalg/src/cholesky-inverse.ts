import type { Cholesky, CholeskyOptions } from "./cholesky.ts"
import { type Matrix64, matrix64, rowRange } from "./matrix64.ts"
import { plainGemm64 } from "./plain-gemm64.ts"

/**
 * The inverse of A = L L^T, whole and symmetric, block by block: X = L^-1 downwards, then A^-1 = X^T X.
 *
 * X is lower triangular: row panel k is as wide as it has columns that are not zero, which saves more than half the work of
 * solving for the identity.
 *
 * @param factor - what `cholesky` returned
 * @throws `signal.reason` once aborted
 * Cost: size^3 operations, two matrices and a half of memory.
 * @example
 * await choleskyInverse(factor) // A = [[4, 2], [2, 3]] => [[0.375, -0.25], [-0.25, 0.5]]
 */
export async function choleskyInverse(
	factor: Cholesky,
	{ gemm = plainGemm64, signal }: Omit<CholeskyOptions, "block"> = {},
): Promise<Matrix64> {
	const inverse = matrix64(factor.size, factor.size)
	const rest = identityPanels(factor)
	for (const [k, panel] of factor.panels.entries()) {
		signal?.throwIfAborted()
		const x = await gemm(factor.inverses[k]!, rest.shift()!)
		const below = rowRange(panel, panel.columns, panel.rows)
		// One is added up while the other is computed.
		await Promise.all([
			gemm(x, x, { transposeA: true }).then((square) => add(inverse, square)),
			gemm(below, x).then((product) => subtractPanels(rest, product)),
		])
	}
	return inverse
}

/** The rows of the identity, cut off behind the ones: panel k is `[columns of panel k, all columns up to its last]`. */
function identityPanels({ block, panels }: Cholesky): Matrix64[] {
	return panels.map(({ columns: rows }, k) => {
		const columns = k * block + rows
		const panel = matrix64(rows, columns)
		for (let row = 0; row < rows; row++) panel.data[row * columns + k * block + row] = 1
		return panel
	})
}

/** The first columns of panels that lie below one another -= a matrix as high as all of them. */
function subtractPanels(panels: readonly Matrix64[], { columns, data }: Matrix64): void {
	let source = 0
	for (const panel of panels) {
		for (let row = 0; row < panel.rows; row++) {
			const start = row * panel.columns
			for (let j = start; j < start + columns; j++, source++) panel.data[j]! -= data[source]!
		}
	}
}

/** The upper left corner of `to` += a smaller matrix. */
function add(to: Matrix64, { rows, columns, data }: Matrix64): void {
	for (let row = 0, source = 0; row < rows; row++) {
		const start = row * to.columns
		for (let j = start; j < start + columns; j++, source++) to.data[j]! += data[source]!
	}
}
