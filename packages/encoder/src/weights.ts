import type { Tensor } from "@winnow/tensor"

/** y = x W + b, W as `[in, out]` (checkpoints store the transpose). */
export interface Linear {
	readonly weights: Tensor<"in out">
	readonly bias: Float32Array
}

/** The affine part of a layer normalisation. */
export interface Norm {
	readonly scale: Float32Array
	readonly bias: Float32Array
}

/** One encoder layer. Attention of h heads has `query`, `key`, `value` `[d, h e]` and `attentionOutput` `[h e, d]`. */
export interface LayerWeights {
	readonly query: Linear
	readonly key: Linear
	readonly value: Linear
	readonly attentionOutput: Linear
	readonly attentionNorm: Norm
	readonly ffnInput: Linear
	readonly ffnOutput: Linear
	readonly ffnNorm: Norm
}

/** All parameters of an encoder and its head, float32. */
export interface EncoderWeights {
	readonly word: Tensor<"row hidden">
	readonly position: Tensor<"row hidden">
	/** Undefined where the family has no token types. */
	readonly segment: Tensor<"row hidden"> | undefined
	readonly embeddingNorm: Norm
	readonly layers: readonly LayerWeights[]
	/** Undefined where logits are read from every token. */
	readonly pooler: Linear | undefined
	/** What the logits are the outputs of. */
	readonly classifier: Linear
}
