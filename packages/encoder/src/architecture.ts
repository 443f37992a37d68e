import type { Sublayer } from "@winnow/tensor"

/** Sizes of an encoder; layers may differ in width, and a width may be zero. */
export interface Architecture {
	/** Width of the residual stream. */
	readonly hidden: number
	/** Channels of one head: hidden size over the *dense* model's number of heads. */
	readonly headSize: number
	readonly heads: readonly number[]
	readonly neurons: readonly number[]
	readonly vocabulary: number
	/** Rows of the position table that samples may use: the longest input. */
	readonly positions: number
	readonly segments: number
	readonly logits: number
	/** Of every layer normalisation. */
	readonly epsilon: number
}

/** The architecture as pruning sees it. The last layer of a classifier is read at [CLS] only. */
export function sublayersOf({ heads, neurons, headSize }: Architecture): readonly Sublayer[] {
	return heads.flatMap((count, layer): Sublayer[] => {
		const reads = layer === heads.length - 1 ? "first" : "tokens"
		return [
			{ kind: "attention", layer, units: count, channels: headSize, reads },
			{ kind: "ffn", layer, units: neurons[layer]!, channels: 1, reads },
		]
	})
}
