import { InvalidInputError, type MaskGradients, type RemovalCurve } from "@winnow/tensor"
import { diagonalFisher } from "./diagonal-fisher.ts"
import { scoreCurve } from "./score-curve.ts"

/**
 * Removal curves of the diagonal Fisher information: units go in ascending order of their score, whatever else goes.
 *
 *   loss[k] = sum of the k smallest F[u]      (Kwon et al. 2022, section 4.1: (1 - m)^T diag(F) (1 - m))
 *
 * `u` unit, `F` the diagonal; running sums in float64. Of units with equal scores the one with the higher index goes first, so
 * that the lower is kept. The factor 1/2 of the expansion and 1/S of the mean are left out: they change no choice.
 *
 * @param gradients - dLoss/dmask at mask = 1, one tensor `[sample, unit]` a sublayer
 * @returns one convex curve a sublayer
 * @throws {InvalidInputError} when a gradient is not finite
 * @throws {ShapeError} when there is no sample
 * @example
 * diagonalCurves([tensor("sample unit", [1, 3], Float32Array.of(3, 1, 2))]) // => [{ order: [1, 2, 0], loss: [0, 1, 5, 14] }]
 */
export function diagonalCurves(gradients: MaskGradients): readonly RemovalCurve[] {
	return gradients.map((each, sublayer) => {
		const scores = diagonalFisher(each).data
		const bad = scores.find((score) => !Number.isFinite(score))
		if (bad === undefined) return scoreCurve(scores)
		throw new InvalidInputError("diagonal Fisher", `the mask gradients of sublayer ${sublayer}`, "finite", bad)
	})
}
