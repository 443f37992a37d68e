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

/**
 * What is differentiated, summed over samples; z are a sample's logits.
 *
 * - `task`: its cross-entropy with its target, or the squared error where the head is a regression
 * - `sampled`: its cross-entropy with a class drawn from softmax(z), so that labels are not needed; with a regression head a value
 *   drawn from the normal distribution around z
 * - `logits`: sum_c r_c z_c with r_c = (-1)^popcount(i AND c), `i` the sample's position, `c` the logit: averaged over samples its
 *   gradients' outer products estimate the Gauss-Newton matrix of 1/2 ||z - z_dense||^2, without labels and without chance
 */
export type Loss = "task" | "logits" | "sampled"

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
	/** Of the draw of `sampled` (default 0); the other losses do not use it. */
	readonly seed?: number
	/**
	 * One row a sample (default), or one a batch of so many consecutive samples: the gradient of the batch's mean loss.
	 * The last batch may be smaller and weighs as much as the others (the paper's rule).
	 */
	readonly per?: "sample" | { readonly batch: number }
	/** Mask values at which the derivative is taken, one array a sublayer; default: ones. */
	readonly masks?: readonly Float32Array[]
}

/**
 * Second moments around the output projection y = a W + b of one sublayer: a Kronecker-factored curvature.
 *
 *   G = mean over tokens of a a^T        S = 1/N sum over samples and tokens of delta delta^T        delta = dLoss/dy
 *
 * Padding does not count; where a sublayer `reads: "first"` only [CLS] does. `N` samples.
 */
export interface SublayerStatistics {
	/** Position in the encoder's list of sublayers. */
	readonly sublayer: number
	/** W, rows in the order of units. */
	readonly weights: Tensor<"channel hidden">
	/** G */
	readonly gram: Tensor<"channel channel", Float64Array>
	/** S */
	readonly sensitivity: Tensor<"hidden hidden", Float64Array>
}

export interface StatisticsOptions extends Run {
	readonly loss: Loss
	/** Of the draw of `sampled` (default 0); the other losses do not use it. */
	readonly seed?: number
	/**
	 * Most memory that G and S may take at once, 12 bytes a number; where all of them take more, samples are passed several times, for
	 * some sublayers each. Default: 4096.
	 */
	readonly memoryMiB?: number
}

/** An encoder whose units carry masks: m[h] scales a head's attention probabilities, m[n] a neuron's activation. */
export interface DifferentiableEncoder extends Encoder {
	maskGradients(samples: readonly Sample[], options: MaskGradientsOptions): Promise<MaskGradients>
	/** G and S of every sublayer, each once, in model order. */
	statistics(samples: readonly Sample[], options: StatisticsOptions): AsyncIterable<SublayerStatistics>
}
