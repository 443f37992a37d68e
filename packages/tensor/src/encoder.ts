import type { Run } from "./run.ts"
import type { Sublayer } from "./sublayer.ts"
import type { Tensor } from "./tensor.ts"

/** One tokenised input. */
export interface Sample {
	/** Token ids with the special tokens, without padding. */
	readonly ids: Uint32Array
	/** Token type (segment) per id; absent: all 0. */
	readonly segments?: Uint8Array
	/** Class index, regression value, or the answer's first and last token. */
	readonly target?: number | readonly [start: number, end: number]
}

/** One vector of logits a sample. */
export type Logits = readonly Float32Array[]

/** What is differentiated. `task`: a sample's cross-entropy, or its squared error where the head is a regression. */
export type Loss = "task"

/** dLoss/dmask of every unit, one tensor a sublayer; one row a sample, or a batch where batches were asked for. */
export type MaskGradients = readonly Tensor<"sample unit">[]

/** A trained encoder that can be scored. Sample order is kept; batching is the encoder's own business. */
export interface Encoder {
	readonly sublayers: readonly Sublayer[]
	/** Width of the residual stream. */
	readonly hidden: number
	logits(samples: readonly Sample[], run?: Run): Promise<Logits>
	/** Frees sessions and threads. The encoder cannot be used afterwards. */
	close(): Promise<void>
}

export interface MaskGradientsOptions extends Run {
	readonly loss: Loss
	/**
	 * One row a sample (default), or one a batch of so many consecutive samples: the gradient of the batch's mean loss.
	 * The last batch may be smaller and weighs as much as the others (the paper's rule).
	 */
	readonly per?: "sample" | { readonly batch: number }
	/** Mask values at which the derivative is taken, one array a sublayer; default: ones. */
	readonly masks?: readonly Float32Array[]
}

/** An encoder whose units carry masks: m[h] scales a head's attention probabilities, m[n] a neuron's activation. */
export interface DifferentiableEncoder extends Encoder {
	maskGradients(samples: readonly Sample[], options: MaskGradientsOptions): Promise<MaskGradients>
}
