import {
	cholesky,
	choleskyInverse,
	type Gemm64,
	type Matrix64,
	matrix64,
	meanDiagonal,
	plainGemm64,
} from "@winnow/linalg"
import {
	InvalidInputError,
	progressOf,
	type RemovalCurve,
	type Run,
	type Sublayer,
	type SublayerStatistics,
} from "@winnow/tensor"
import { curvesOf } from "./curves-of.ts"
import { removalCurve } from "./removal-curve.ts"
import type { RemovalMatrices } from "./removal-problem.ts"

export interface KfacOptions extends Run {
	/** Damping of G, as a multiple of the mean of its diagonal: above 0. */
	readonly mu?: number
	/** Channels that are removed at a time: eight neurons, or one head. */
	readonly step?: number
	/** Units among which they are chosen with regard to each other. */
	readonly candidates?: number
	readonly gemm?: Gemm64
}

/**
 * Removal curves of the Kronecker-factored curvature: greedy optimal brain surgeon, in which the units that stay make up for those
 * that go.
 *
 *   loss(M) = 1/2 tr(W_M^T ((H^-1)_MM)^-1 W_M S)        H = G + mu mean(diag G) I
 *
 * is the least that the loss is expected to rise by, 1/2 tr(D^T H D S), over all changes D of W that remove the units M. Units go one
 * at a time, the cheapest first, charged for what they add to that; no charge is below zero. Heads and neurons alike; see
 * `RemovalProblem`. A sublayer whose inputs are all zero costs nothing.
 *
 * The curves are in the unit of the loss that the statistics were made with, for one sample, and comparable across sublayers.
 *
 * @param statistics - G, S and W of each sublayer, in any order; they are read once
 * @param sublayers - of the model; those without units need no statistics
 * @returns one curve a sublayer
 * @throws {InvalidInputError} when statistics are not finite, G is not positive semidefinite, or an option is out of range
 * @throws {ShapeError} when statistics do not fit the sublayers, or some are missing
 * @throws `signal.reason` once aborted
 * Cost per sublayer of n channels and d hidden: 3.3 n^3 + 2 n^2 d operations by `gemm`, 32 n^2 bytes.
 * @example
 * const curves = await kfacCurves(encoder.statistics(samples, { loss: "logits" }), encoder.sublayers, { gemm: runtime.gemm64 })
 */
export async function kfacCurves(
	statistics: AsyncIterable<SublayerStatistics> | Iterable<SublayerStatistics>,
	sublayers: readonly Sublayer[],
	{ mu = 0.01, step = 8, candidates = 64, gemm = plainGemm64, signal, onProgress }: KfacOptions = {},
): Promise<readonly RemovalCurve[]> {
	if (!(mu > 0 && mu < Number.POSITIVE_INFINITY)) throw new InvalidInputError("K-FAC curves", "mu", "above 0", mu)
	for (const [name, value] of Object.entries({ step, candidates })) {
		if (Number.isSafeInteger(value) && value > 0) continue
		throw new InvalidInputError("K-FAC curves", name, "a positive whole number", value)
	}
	const progress = lazyProgress(sublayers, { signal, onProgress })
	let done = 0
	return curvesOf(statistics, sublayers, async (each, { units, channels }) => {
		const work = workOf(units, channels)
		const onRemoval = (removed: number) => progress(done + (work * removed) / units)
		const matrices = await removalMatrices(each, { mu, gemm, signal })
		const curve = await removalCurve(matrices, channels, { step, candidates, gemm, onRemoval, signal })
		done += work
		return curve
	})
}

/** What a curve costs grows with the third power of its sublayer's channels. */
const workOf = (units: number, channels: number) => (units * channels) ** 3

/** The clock starts with the first curve: before it, statistics are being made. */
function lazyProgress(sublayers: readonly Sublayer[], run: Run): (done: number) => void {
	const total = sublayers.reduce((sum, { units, channels }) => sum + workOf(units, channels), 0)
	let progress: ((done: number) => void) | undefined
	return (done) => {
		progress ??= progressOf("removal curves", total, run)
		progress(done)
	}
}

/**
 * Q and P with G in units of its mean diagonal, which moves to P and changes no cost: Q stays in range whatever the scale of the
 * activations, and exists where they are all zero.
 */
async function removalMatrices(
	{ sublayer, weights, gram, sensitivity }: SublayerStatistics,
	{ mu, gemm, signal }: { mu: number; gemm: Gemm64; signal?: AbortSignal | undefined },
): Promise<RemovalMatrices> {
	const [n, d] = weights.shape
	const mean = meanDiagonal(matrix64(n, n, gram.data))
	const result = await cholesky(damped(matrix64(n, n, gram.data), mean, mu), { gemm, signal })
	if (!result.ok) {
		const what = `the matrix G of sublayer ${sublayer}`
		throw new InvalidInputError("K-FAC curves", what, "positive semidefinite", `a pivot of ${result.pivot}`)
	}
	const w = matrix64(n, d, Float64Array.from(weights.data))
	const s = matrix64(
		d,
		d,
		sensitivity.data.map((value) => value * mean),
	)
	const inverse = await choleskyInverse(result.factor, { gemm, signal })
	const price = await gemm(await gemm(w, s), w, { transposeB: true })
	for (const { data } of [inverse, price]) {
		const bad = data.find((value) => !Number.isFinite(value))
		if (bad !== undefined)
			throw new InvalidInputError("K-FAC curves", `products of sublayer ${sublayer} by gemm`, "finite", bad)
	}
	return { inverse, price }
}

/** G / mean + mu I */
function damped({ rows, columns, data }: Matrix64, mean: number, mu: number): Matrix64 {
	const sum = matrix64(rows, columns, mean > 0 ? data.map((value) => value / mean) : undefined)
	for (let i = 0; i < rows; i++) sum.data[i * columns + i]! += mu
	return sum
}
