import { ShapeError, type Tensor, tensor } from "@winnow/tensor"

/**
 * Diagonal of the empirical Fisher information of the mask variables.
 *
 *   F[u] = sum_s g[s, u]^2      (Kwon et al. 2022, section 3.2)
 *
 * `s` sample, `u` unit. A sum, not a mean: callers compare scores, so 1/S cancels. Where the rows are gradients of batches,
 * as in the paper's code, it is the sum over batches. A sublayer without units is legal and has an empty diagonal.
 *
 * @param gradients - dLoss/dmask at mask = 1, `[sample, unit]`, float32
 * @returns importance `[unit]`, float64, >= 0
 * @throws {ShapeError} when there is no sample
 * Cost: O(S n) time, O(n) memory.
 * @example
 * diagonalFisher(tensor("sample unit", [2, 2], Float32Array.of(1, 2, 3, 4))).data // => [10, 20]
 */
export function diagonalFisher(gradients: Tensor<"sample unit">): Tensor<"unit", Float64Array> {
	const [samples, units] = gradients.shape
	if (samples === 0) throw new ShapeError("diagonal Fisher", "the number of samples", "at least 1", samples)
	const importance = new Float64Array(units)
	for (let s = 0; s < samples; s++) {
		for (let u = 0; u < units; u++) importance[u]! += gradients.data[s * units + u]! ** 2
	}
	return tensor("unit", [units], importance)
}
