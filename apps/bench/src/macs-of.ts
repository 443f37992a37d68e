import { count, type Graph } from "@winnow/runtime"
import type { Sample } from "@winnow/tensor"

/** Multiply-accumulates of all matrix products that a graph does for samples, without padding. */
export function macsOf(graph: Graph, samples: readonly Sample[]): number {
	const lengths = new Map<number, number>()
	for (const { ids } of samples) lengths.set(ids.length, (lengths.get(ids.length) ?? 0) + 1)
	return [...lengths].reduce((sum, [length, times]) => sum + times * count(graph, { batch: 1, length }).macs, 0)
}
