import type { Encoder, Sample } from "./encoder.ts"
import type { Run } from "./run.ts"
import type { Kept, Sublayer } from "./sublayer.ts"
import type { Tensor } from "./tensor.ts"

/**
 * Sums over the rows (tokens) of a regression of y on x: enough for a least-squares fit and its residual.
 *
 * `in` columns of x, `out` columns of y.
 */
export interface Moments {
	/** How many rows were summed. */
	readonly rows: number
	/** x^T x */
	readonly xx: Tensor<"in in", Float64Array>
	/** x^T y */
	readonly xy: Tensor<"in out", Float64Array>
	/** Column sums of x. `[in]` */
	readonly x: Float64Array
	/** Column sums of y. `[out]` */
	readonly y: Float64Array
	/** Sum of the squares of y. */
	readonly yy: number
}

/** A linear map y = x W + b. */
export interface Refit {
	readonly weights: Tensor<"in out">
	readonly bias: Float32Array
}

/**
 * A linear map of the slim model (the student) and what it should produce, met on the walk bottom-up. Letters: x_S, x_T are the
 * student's and the teacher's residual stream where they enter the sublayer.
 *
 * `output`: the output projection. x are the student's inputs of it (kept channels), y = (x_T + f_T(x_T)) - x_S: the teacher's sublayer
 * output with residual, less the student's residual, so that errors made below are compensated.
 *
 * `input`: what a sublayer reads the stream with, kept columns side by side: query, key and value, or an FFN's first matrix. x = x_S and
 * y = x_T W + b, W and b being the dense model's, which the site holds as `weights` and `bias`.
 *
 * Rows are tokens without padding. Where a sublayer `reads: "first"`, rows of its output are [CLS] alone, and so are those of its FFN's
 * input: nothing else is left there. An attention's keys and values are read at all tokens: so is its input.
 */
export interface RepairSite extends Refit {
	/** The slim sublayer: `units` counts the kept ones. */
	readonly sublayer: Sublayer
	readonly side: "input" | "output"
	/** All rows, held-out ones included. */
	readonly fit: Moments
	/** Rows of held-out samples alone, where some were asked for: fit less these is what a check may learn from. */
	readonly heldOut?: Moments
}

export interface RebuildOptions extends Run {
	/** Asked at every site, bottom-up, inputs before outputs; `undefined` keeps weights and bias as they are. */
	readonly fit: (site: RepairSite) => Promise<Refit | undefined>
	/** Ask at inputs, too (default false): at those of all sublayers with kept units but the first, whose stream is the teacher's. */
	readonly inputs?: boolean
	/** Of how many samples (two or more) one is held out: those at positions i with i % heldOut = 0. Default: none are. */
	readonly heldOut?: number
	/** Units the teacher keeps; default: all of them. */
	readonly teacher?: Kept
	/**
	 * The rows and targets of the paper's code (default false): the last attention is fitted on all tokens although only
	 * [CLS] is read, and an FFN's target uses all neurons on the teacher's stream, whatever the teacher keeps.
	 */
	readonly strictReference?: boolean
}

/** An encoder that can be slimmed and repaired sublayer by sublayer. */
export interface SequentialEncoder extends Encoder {
	/** Slims to `kept`, walks teacher and student bottom-up and asks `fit` at every site. Leaves this encoder as it is. */
	rebuild(kept: Kept, samples: readonly Sample[], options: RebuildOptions): Promise<this>
}
