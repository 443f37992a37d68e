import type { Data } from "@winnow/runtime"
import type { Sample } from "@winnow/tensor"

/** Samples that run together, padded to the longest of them. */
export interface Batch {
	/** Positions of the samples in the list they came from. */
	readonly samples: readonly number[]
	readonly length: number
	/** Tokens without padding. */
	readonly tokens: number
	/** What every graph that starts from tokens is fed: `[batch, length]`. */
	readonly feeds: { readonly ids: Data; readonly segments: Data; readonly mask: Data }
}

/**
 * Tokens of a batch, padding included: enough rows for matrix products at full speed, few enough for activations to stay in cache.
 */
const tokenBudget = 2048

/** Groups samples of similar length, so that little is padding. Every sample is in exactly one batch. */
export function batchesOf(samples: readonly Sample[], budget = tokenBudget): readonly Batch[] {
	const order = [...samples.keys()].sort((a, b) => samples[a]!.ids.length - samples[b]!.ids.length || a - b)
	const batches: Batch[] = []
	let group: number[] = []
	for (const index of order) {
		const length = samples[index]!.ids.length
		if (group.length > 0 && (group.length + 1) * length > budget) {
			batches.push(batchOf(samples, group))
			group = []
		}
		group.push(index)
	}
	if (group.length > 0) batches.push(batchOf(samples, group))
	return batches
}

/** Work is proportional to tokens, not to samples: short ones come first. */
export function tokensOf(batches: readonly Batch[]): number {
	return batches.reduce((sum, { tokens }) => sum + tokens, 0)
}

function batchOf(samples: readonly Sample[], group: readonly number[]): Batch {
	const length = samples[group.at(-1)!]!.ids.length
	const shape = [group.length, length]
	const ids = new Int32Array(group.length * length)
	const segments = new Int32Array(ids.length)
	const mask = new Float32Array(ids.length)
	let tokens = 0
	for (const [row, index] of group.entries()) {
		const sample = samples[index]!
		ids.set(sample.ids, row * length)
		if (sample.segments !== undefined) segments.set(sample.segments, row * length)
		mask.fill(1, row * length, row * length + sample.ids.length)
		tokens += sample.ids.length
	}
	const data = (values: Int32Array | Float32Array): Data => ({ shape, data: values })
	return { samples: group, length, tokens, feeds: { ids: data(ids), segments: data(segments), mask: data(mask) } }
}
