import { InvalidInputError, type MaskGradients, type RemovalCurve } from "@winnow/tensor"
import { diagonalFisher } from "./diagonal-fisher.ts"
import { scoreQuantum } from "./score-quantum.ts"

/**
 * Removal curves of the diagonal Fisher information: units go in ascending order of their score, whatever else goes.
 *
 *   loss[k] = sum of the k smallest F[u]      (Kwon et al. 2022, section 4.1: (1 - m)^T diag(F) (1 - m))
 *
 * `u` unit, `F` the diagonal. Of units with equal scores the one with the higher index goes first, so that the lower is kept.
 * The factor 1/2 of the expansion and 1/S of the mean are left out: they change no choice.
 *
 * The order compares the scores as they are. In the sums every score counts as the nearest multiple of one power of two for
 * the whole model (at most 2^-50 of the total): then every sum of them, in any order, is exact in float64. Equal scores stay
 * equal increments wherever in a curve they lie, and no search over the curves depends on how additions were rounded.
 *
 * @param gradients - dLoss/dmask at mask = 1, one tensor `[sample, unit]` a sublayer
 * @returns one convex curve a sublayer
 * @throws {InvalidInputError} when a gradient is not finite
 * @throws {ShapeError} when there is no sample
 * @example
 * diagonalCurves([tensor("sample unit", [1, 3], Float32Array.of(3, 1, 2))]) // => [{ order: [1, 2, 0], loss: [0, 1, 5, 14] }]
 */
export function diagonalCurves(gradients: MaskGradients): readonly RemovalCurve[] {
	const scores = gradients.map((each) => diagonalFisher(each).data)
	for (const [index, each] of scores.entries()) requireFinite(each, index)
	const quantum = scoreQuantum(scores)
	return scores.map((each) => curveOf(each, quantum))
}

function curveOf(scores: Float64Array, quantum: number): RemovalCurve {
	const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]! || b - a)
	const loss = new Float64Array(scores.length + 1)
	for (const [k, unit] of order.entries()) {
		loss[k + 1] = loss[k]! + Math.round(scores[unit]! / quantum) * quantum
	}
	return { order, loss }
}

function requireFinite(scores: Float64Array, index: number): void {
	const bad = scores.find((score) => !Number.isFinite(score))
	if (bad === undefined) return
	throw new InvalidInputError("diagonal Fisher", `the mask gradients of sublayer ${index}`, "finite", bad)
}
