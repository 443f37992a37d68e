import type { TransformerEncoder } from "@winnow/encoder"
import { count } from "@winnow/runtime"
import type { Sample } from "@winnow/tensor"

/** Multiply-accumulates of all matrix products of forward and backward pass, without padding. */
export function macsOfMaskGradients(encoder: TransformerEncoder, samples: readonly Sample[]): number {
	const graph = encoder.graphs.maskGradients()
	const lengths = new Map<number, number>()
	for (const { ids } of samples) lengths.set(ids.length, (lengths.get(ids.length) ?? 0) + 1)
	return [...lengths].reduce((sum, [length, times]) => sum + times * count(graph, { batch: 1, length }).macs, 0)
}
