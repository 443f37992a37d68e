import { type Gemm64, matrix64, plainGemm64 } from "@winnow/linalg"
import { progressOf, type RemovalCurve, type Run, type Sublayer, type SublayerStatistics } from "@winnow/tensor"
import { curvesOf } from "./curves-of.ts"
import { scoreCurve } from "./score-curve.ts"

/**
 * Removal curves of the diagonal of the Kronecker-factored curvature: the loss of `kfacCurves` without interactions between channels
 * and without anything that makes up for what goes.
 *
 *   score[u] = 1/2 sum over the channels i of u of G_ii (W_i: S W_i:^T)
 *
 * @param statistics - G, S and W of each sublayer, in any order; they are read once
 * @returns one convex curve a sublayer, in the unit of the loss
 * @throws {InvalidInputError} when statistics are not finite
 * @throws {ShapeError} when statistics do not fit the sublayers, or some are missing
 * Cost: 2 n d^2 operations by `gemm` per sublayer of n channels and d hidden.
 * @example
 * const curves = await kfacDiagonalCurves(encoder.statistics(samples, { loss: "task" }), encoder.sublayers)
 */
export async function kfacDiagonalCurves(
	statistics: AsyncIterable<SublayerStatistics> | Iterable<SublayerStatistics>,
	sublayers: readonly Sublayer[],
	{ gemm = plainGemm64, signal, onProgress }: Run & { readonly gemm?: Gemm64 } = {},
): Promise<readonly RemovalCurve[]> {
	const progress = progressOf("removal curves", sublayers.length, { signal, onProgress })
	let done = 0
	return curvesOf(statistics, sublayers, async (each, sublayer) => {
		const curve = scoreCurve(await scoresOf(each, sublayer, gemm))
		progress(++done)
		return curve
	})
}

async function scoresOf(
	{ weights, gram, sensitivity }: SublayerStatistics,
	{ units, channels }: Sublayer,
	gemm: Gemm64,
): Promise<Float64Array> {
	const [n, d] = weights.shape
	const w = matrix64(n, d, Float64Array.from(weights.data))
	const ws = await gemm(w, matrix64(d, d, sensitivity.data))
	const scores = new Float64Array(units)
	for (let i = 0; i < n; i++) {
		let price = 0
		for (let k = i * d; k < (i + 1) * d; k++) price += ws.data[k]! * w.data[k]!
		// What rounding leaves of an S that is not quite positive semidefinite.
		scores[Math.floor(i / channels)]! += Math.max(0, gram.data[i * (n + 1)]! * price) / 2
	}
	return scores
}
