import { type Gemm64, type Matrix64, matrix64 } from "@winnow/linalg"
import type { Tensor } from "@winnow/tensor"

/**
 * The block of the empirical Fisher information that belongs to one sublayer, F = G^T G, in float64.
 *
 * @param gradients - G, `[sample, unit]`
 * @returns `[unit, unit]`: 75 MB for 3,072 units
 * Cost: one product of S n^2 multiply-adds.
 */
export async function gramMatrix(gradients: Tensor<"sample unit">, gemm: Gemm64): Promise<Matrix64> {
	const [samples, units] = gradients.shape
	const columns = matrix64(samples, units, Float64Array.from(gradients.data))
	return gemm(columns, columns, { transposeA: true })
}
