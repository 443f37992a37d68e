import { type Encoder, progressOf, type Run, type Sample } from "@winnow/tensor"

/** How long one forward pass over the same samples took each model. */
export interface ForwardTimes {
	readonly samples: number
	readonly repeats: number
	/** Medians. */
	readonly seconds: { readonly dense: number; readonly pruned: number }
	/** How many times faster the pruned model is. */
	readonly speedup: number
}

export interface ForwardTimesOptions extends Run {
	readonly repeats?: number
	/** Milliseconds; for tests. */
	readonly now?: () => number
}

/** Enough for a stable median, few enough to take seconds. */
const mostSamples = 256

type Scored = Pick<Encoder, "logits">

/**
 * Times two models side by side on the first 256 samples: one run of each to warm up, then turn by turn, so that whatever else slows the machine slows both.
 *
 * @throws `signal.reason` when aborted
 */
export async function forwardTimes(
	{ dense, pruned }: { readonly dense: Scored; readonly pruned: Scored },
	samples: readonly Sample[],
	{ repeats = 5, now = () => performance.now(), signal, onProgress }: ForwardTimesOptions = {},
): Promise<ForwardTimes> {
	const timed = samples.slice(0, mostSamples)
	const progress = progressOf("forward time", repeats + 1, { signal, onProgress })
	const secondsOf = async (model: Scored) => {
		const start = now()
		await model.logits(timed, { signal })
		return (now() - start) / 1000
	}
	const rounds: { dense: number; pruned: number }[] = []
	for (let round = 0; round <= repeats; round++) {
		progress(round)
		rounds.push({ dense: await secondsOf(dense), pruned: await secondsOf(pruned) })
	}
	progress(repeats + 1)
	const measured = rounds.slice(1)
	const seconds = {
		dense: median(measured.map((round) => round.dense)),
		pruned: median(measured.map((round) => round.pruned)),
	}
	return { samples: timed.length, repeats, seconds, speedup: seconds.dense / seconds.pruned }
}

function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b)
	const middle = sorted.length >> 1
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
