import { ShapeError, type Tensor } from "@winnow/tensor"

/**
 * What rearrangement minimises: the expected loss of removing units of one sublayer together, interactions included.
 *
 *   || sum over removed u of g_u ||^2 = (1 - m)^T F (1 - m),  F = G^T G      (Kwon et al. 2022, section 4.2)
 *
 * `g_u` is the column of unit u in the mask gradients G. Float64, no Gram matrix.
 *
 * @param gradients - dLoss/dmask of one sublayer at mask = 1, `[sample, unit]`
 * @param kept - units that stay, ascending
 * @throws {ShapeError} when a kept unit is none of the sublayer's
 * Cost: O(S n).
 * @example
 * blockLoss(tensor("sample unit", [1, 3], Float32Array.of(1, 5, -1)), Uint32Array.of(1)) // => 0: the two others cancel
 */
export function blockLoss(gradients: Tensor<"sample unit">, kept: Uint32Array): number {
	const [samples, units] = gradients.shape
	const removed = removedUnits(units, kept)
	let loss = 0
	for (let s = 0; s < samples; s++) {
		let sum = 0
		for (let u = 0; u < units; u++) sum += removed[u]! * gradients.data[s * units + u]!
		loss += sum ** 2
	}
	return loss
}

/** 1 for every unit that is not kept, 0 for the others. `[unit]` */
export function removedUnits(units: number, kept: Uint32Array): Uint8Array {
	const removed = new Uint8Array(units).fill(1)
	for (const unit of kept) {
		if (unit >= units) throw new ShapeError("rearrange", "a kept unit", `below ${units}`, unit)
		removed[unit] = 0
	}
	return removed
}
