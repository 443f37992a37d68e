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
 * The output projection of one sublayer of the slim model and what it should produce, met on the walk bottom-up.
 *
 * x are the student's inputs of the projection (kept channels), y = (x_T + f_T(x_T)) - x_S: the teacher's sublayer output with
 * residual, less the student's residual, so that errors made below are compensated. Padding is not among the rows.
 */
export interface RepairSite extends Refit {
	/** The slim sublayer: `units` counts the kept ones. */
	readonly sublayer: Sublayer
	readonly fit: Moments
}

export interface RebuildOptions extends Run {
	/** Asked at every sublayer, bottom-up; `undefined` keeps weights and bias as they are. */
	readonly fit: (site: RepairSite) => Promise<Refit | undefined>
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
	/** Slims to `kept`, walks teacher and student bottom-up and asks `fit` at every sublayer. Leaves this encoder as it is. */
	rebuild(kept: Kept, samples: readonly Sample[], options: RebuildOptions): Promise<this>
}
