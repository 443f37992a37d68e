import type { RemovalCurve } from "@winnow/tensor"

/** How many units one sublayer may keep, without the counts that cost no less than another and lose no less: cost rises, loss falls. */
export interface ParetoOptions {
	/** What the cheapest option costs. */
	readonly cheapest: number
	/** Cost beyond the cheapest. `[option]` */
	readonly excess: Float64Array
	/** Expected loss. `[option]` */
	readonly loss: Float64Array
	/** Units kept. `[option]` */
	readonly kept: Uint32Array
}

/**
 * The options of one sublayer that keeps at least so many units. Of counts with equal cost and loss the largest stays.
 *
 * @param costs - of 0, 1, ... kept units
 */
export function paretoOptions(
	{ order: { length: units }, loss }: RemovalCurve,
	costs: Float64Array,
	atLeast: number,
): ParetoOptions {
	const costOf = (kept: number) => costs[kept]!
	const lossOf = (kept: number) => loss[units - kept]!
	const counts = Array.from({ length: units - atLeast + 1 }, (_, more) => atLeast + more)
	counts.sort((a, b) => costOf(a) - costOf(b) || lossOf(a) - lossOf(b) || b - a)

	const cheapest = costOf(counts[0]!)
	let least = Number.POSITIVE_INFINITY
	const front = counts.filter((kept) => {
		if (lossOf(kept) >= least) return false
		least = lossOf(kept)
		return true
	})
	return {
		cheapest,
		excess: Float64Array.from(front, (kept) => costOf(kept) - cheapest),
		loss: Float64Array.from(front, lossOf),
		kept: Uint32Array.from(front),
	}
}
