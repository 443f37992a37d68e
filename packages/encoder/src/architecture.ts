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
	/** Rows of the position table before that of the first token. */
	readonly firstPosition: number
	/** Token types; 0 where there is no such table. */
	readonly segments: number
	/** `classification` (or regression): logits of [CLS]. `span`: start and end logits of every token. */
	readonly head: "classification" | "span"
	/** Behind the dense layer of a classification head. */
	readonly poolerActivation: "tanh" | "relu"
	/** Of a sample; of a token where the head is a span's, which are 2. */
	readonly logits: number
	/** Of every layer normalisation. */
	readonly epsilon: number
}

/** The architecture as pruning sees it. The last layer of a classifier is read at [CLS] only. */
export function sublayersOf({ heads, neurons, headSize, head }: Architecture): readonly Sublayer[] {
	return heads.flatMap((count, layer): Sublayer[] => {
		const reads = head === "classification" && layer === heads.length - 1 ? "first" : "tokens"
		return [
			{ kind: "attention", layer, units: count, channels: headSize, reads },
			{ kind: "ffn", layer, units: neurons[layer]!, channels: 1, reads },
		]
	})
}
