import { InvalidInputError, type RemovalCurve, ShapeError, type Sublayer, type Tensor } from "@winnow/tensor"
import { scoreCurve } from "./score-curve.ts"

/**
 * Removal curves of magnitude pruning: units with small weights go first, whatever they are fed with. A baseline.
 *
 *   score[u] = sum over the channels i of u of ||W_i:||^2
 *
 * @param weights - W of the output projection of each sublayer, rows in the order of units
 * @returns one convex curve a sublayer; losses are squared weights, not expected losses
 * @throws {InvalidInputError} when a weight is not finite
 * @throws {ShapeError} when weights do not fit the sublayers
 * @example
 * magnitudeCurves([tensor("channel hidden", [2, 2], Float32Array.of(3, 4, 0, 1))], [ffn]) // => [{ order: [1, 0], loss: [0, 1, 26] }]
 */
export function magnitudeCurves(
	weights: readonly Tensor<"channel hidden">[],
	sublayers: readonly Sublayer[],
): readonly RemovalCurve[] {
	if (weights.length !== sublayers.length) {
		throw new ShapeError(
			"magnitude curves",
			"the number of weights",
			`${sublayers.length}, one a sublayer`,
			weights.length,
		)
	}
	return sublayers.map(({ units, channels }, index) => {
		const [rows, hidden] = weights[index]!.shape
		if (rows !== units * channels) {
			throw new ShapeError("magnitude curves", `the rows of W of sublayer ${index}`, `${units * channels}`, rows)
		}
		const scores = new Float64Array(units)
		for (const [k, weight] of weights[index]!.data.entries()) scores[Math.floor(k / hidden / channels)]! += weight ** 2
		const bad = scores.find((score) => !Number.isFinite(score))
		if (bad === undefined) return scoreCurve(scores)
		throw new InvalidInputError("magnitude curves", `the weights of sublayer ${index}`, "finite", bad)
	})
}
