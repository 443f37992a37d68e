import type { TorchDtype, TransformerEncoder } from "@winnow/encoder"
import type { Logits } from "@winnow/tensor"
import type { NotedRun } from "../noted-run.ts"
import type { Pruning } from "../pruning.ts"
import { type Divergence, divergenceOf } from "./guide.ts"

/** How the weights of a file came to be of their dtype. */
export interface WeightRecord {
	/** Of the file. */
	readonly dtype: TorchDtype
	/** Where they were rounded, or would have been: to what, how far that moved the logits, and why it was not done. */
	readonly rounding?: {
		readonly dtype: TorchDtype
		/** Root mean square difference of the logits from the dense model's before and after; null where nothing was measured. */
		readonly before: number | null
		readonly after: number | null
		/** A difference below it is none; absent where nothing was measured. */
		readonly floor?: number
		readonly refused?: string
	}
}

export interface Settled {
	/** The model as its file will hold it. */
	readonly slim: TransformerEncoder
	readonly weights: WeightRecord
	/** Of this model from the dense one; undefined where nothing is left to compare models on. */
	readonly divergence: Divergence | undefined
}

/** By so much may rounding raise the divergence where nobody asked for a dtype. */
const mostRise = 1.02

/**
 * Rounds a pruned model to the dtype of its file, so that whatever is reported is of the weights in the file: by default, of a
 * half-precision source, to the dtype that every tensor came in.
 *
 * Float32 it stays where that raises the divergence by more than 2 %, to no less than 1e-3 of the root mean square of the dense model's
 * logits, below which a difference is none; and whatever was asked for, where a weight is beyond the dtype's range. Of the two models the one that is not taken is closed.
 *
 * @param guide - logits of the dense model on the text of the guide
 */
export async function settledWeights(
	exact: TransformerEncoder,
	{ job, stages, guide, onNote }: Pick<Pruning, "job" | "stages"> & { readonly guide: Logits | undefined } & NotedRun,
): Promise<Settled> {
	const { dtype: asked } = job.recipe
	const measured = async (encoder: TransformerEncoder, stage: string) => {
		const { guide: text } = job
		if (text === undefined || guide === undefined) return undefined
		return divergenceOf(job)(guide, await stages.time(stage, (run) => encoder.logits(text.samples, run)))
	}
	const divergence = await measured(exact, "pruned logits")
	const { encoder: rounded, overflow } = exact.rounded(asked === "auto" ? "source" : asked)
	const before = divergence?.rms ?? null
	const measure = divergence && { floor: divergence.floor }
	const kept = (dtype: TorchDtype, after: number | null, refused: string): Settled => {
		onNote?.(`the weights stay float32 and are not rounded to ${dtype}: ${refused}`)
		return {
			slim: exact,
			weights: { dtype: exact.dtype, rounding: { dtype, before, after, ...measure, refused } },
			divergence,
		}
	}
	if (overflow !== undefined) {
		const dtype = asked === "auto" ? "float16" : asked
		return kept(dtype, null, `${overflow.tensor} has a weight of ${overflow.value}, which is beyond it`)
	}
	const { dtype } = rounded
	if (rounded === exact || rounded.isSameAs(exact)) {
		if (rounded !== exact) await exact.close()
		return { slim: rounded, weights: { dtype }, divergence }
	}
	const after = await measured(rounded, "rounded logits")
	if (asked === "auto" && after !== undefined && after.rms > Math.max(mostRise * before!, after.floor)) {
		await rounded.close()
		return kept(dtype, after.rms, `the logits would differ by ${after.rms.toFixed(3)}, not ${before!.toFixed(3)}`)
	}
	await exact.close()
	const rounding = { dtype, before, after: after?.rms ?? null, ...measure }
	return { slim: rounded, weights: { dtype, rounding }, divergence: after }
}
