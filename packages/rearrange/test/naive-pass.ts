import type { Tensor } from "@winnow/tensor"

/** || sum over `removed` of g_u ||^2, every sum taken anew. */
export function naiveLoss({ data, shape: [samples, units] }: Tensor<"sample unit">, removed: Iterable<number>): number {
	const gone = [...removed]
	let loss = 0
	for (let s = 0; s < samples; s++) loss += gone.reduce((sum, unit) => sum + data[s * units + unit]!, 0) ** 2
	return loss
}

/** The definition of a pass, word for word: add a unit, then take back the one whose return leaves the least loss. */
export function naivePass(gradients: Tensor<"sample unit">, kept: Iterable<number>): number[] {
	const units = gradients.shape[1]
	const removed = new Set(Array.from({ length: units }, (_, unit) => unit))
	for (const unit of kept) removed.delete(unit)
	const importance = (unit: number) => naiveLoss(gradients, [unit])
	const tried = [...kept].sort((a, b) => importance(a) - importance(b) || a - b)
	for (const q of tried) {
		removed.add(q)
		// The unit just added comes first, then the others by index: the first of equals is taken back.
		const candidates = [q, ...[...removed].filter((unit) => unit !== q).sort((a, b) => a - b)]
		const losses = candidates.map((unit) =>
			naiveLoss(
				gradients,
				[...removed].filter((each) => each !== unit),
			),
		)
		removed.delete(candidates[losses.indexOf(Math.min(...losses))]!)
	}
	return Array.from({ length: units }, (_, unit) => unit).filter((unit) => !removed.has(unit))
}
