import { ShapeError } from "@winnow/tensor"
import type { Gemm64 } from "./gemm64.ts"
import { type Matrix64, matrix64, rowRange, subtract } from "./matrix64.ts"
import { pauses } from "./pauses.ts"
import { plainGemm64 } from "./plain-gemm64.ts"
import { factorTriangle, triangleInverse } from "./triangle.ts"

/** The lower triangle L of A = L L^T, cut into panels of `block` columns. */
export interface Cholesky {
	/** Rows of A. */
	readonly size: number
	/** Columns of every panel but the last, which may be narrower. */
	readonly block: number
	/** `panels[k]`: the columns of L from k `block` on, from their diagonal block down; its first rows are that block, zeros above. */
	readonly panels: readonly Matrix64[]
	/** `inverses[k]`: inverse of the diagonal block of panel k. */
	readonly inverses: readonly Matrix64[]
}

/** A factor, or where the matrix shows that it is not positive definite: the pivot of row `at` is not above zero (or NaN). */
export type CholeskyResult =
	| { readonly ok: true; readonly factor: Cholesky }
	| { readonly ok: false; readonly at: number; readonly pivot: number }

export interface CholeskyOptions {
	readonly gemm?: Gemm64
	/** Columns a panel: what is below stays in the cache; what is above is left to `gemm`. */
	readonly block?: number
	readonly signal?: AbortSignal | undefined
}

/**
 * Cholesky factorisation A = L L^T of a symmetric positive definite matrix, blocked and right-looking:
 *
 *   L11 = chol(A11)        L21 = A21 L11^-T        A22 -= L21 L21^T
 *
 * The diagonal block is factored and inverted in place, all the rest is done by `gemm`. Reads the lower triangle of `a` only and
 * leaves it as it is. A matrix that is not positive definite is an outcome, not an error.
 *
 * @throws {ShapeError} when `a` is not square
 * @throws `signal.reason` once aborted
 * Cost: n^3 / 3 operations, n^2 / 2 float64 of memory.
 * @example
 * const result = await cholesky(matrix64(2, 2, Float64Array.of(4, 2, 2, 3)))
 * if (result.ok) await solveCholesky(result.factor, matrix64(2, 1, Float64Array.of(8, 8)))
 */
export async function cholesky(
	a: Matrix64,
	{ gemm = plainGemm64, block = 192, signal }: CholeskyOptions = {},
): Promise<CholeskyResult> {
	if (a.rows !== a.columns) throw new ShapeError("cholesky", "the matrix", "square", [a.rows, a.columns])
	const panels = lowerPanels(a, block)
	const inverses: Matrix64[] = []
	const pause = pauses(signal)
	for (const [k, panel] of panels.entries()) {
		await pause()
		const top = rowRange(panel, 0, panel.columns)
		const pivot = factorTriangle(top)
		if (pivot !== undefined) return { ok: false, at: k * block + pivot.row, pivot: pivot.value }
		const inverse = triangleInverse(top)
		inverses.push(inverse)
		const below = rowRange(panel, panel.columns, panel.rows)
		if (below.rows === 0) continue
		below.data.set((await gemm(below, inverse, { transposeB: true })).data)
		await updateTrailing(panels.slice(k + 1), below, gemm)
	}
	return { ok: true, factor: { size: a.rows, block, panels, inverses } }
}

/** The lower triangle of `a`, copied panel by panel; zeros above the diagonal. */
function lowerPanels({ rows: size, data }: Matrix64, block: number): Matrix64[] {
	const panels: Matrix64[] = []
	for (let first = 0; first < size; first += block) {
		const width = Math.min(block, size - first)
		const panel = matrix64(size - first, width)
		for (let row = first; row < size; row++) {
			const length = Math.min(width, row - first + 1)
			panel.data.set(data.subarray(row * size + first, row * size + first + length), (row - first) * width)
		}
		panels.push(panel)
	}
	return panels
}

/** A22 -= L21 L21^T, one panel of A22 at a time: only what lies on and below its diagonal blocks. */
async function updateTrailing(panels: readonly Matrix64[], below: Matrix64, gemm: Gemm64): Promise<void> {
	let done = 0
	for (const panel of panels) {
		const rest = rowRange(below, done, below.rows)
		const product = await gemm(rest, rowRange(rest, 0, panel.columns), { transposeB: true })
		subtract(panel, product)
		done += panel.columns
	}
}
