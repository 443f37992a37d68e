import { type CostModel, InvalidInputError, type RemovalCurve } from "@winnow/tensor"

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
 * @throws {InvalidInputError} when a cost is not finite, or negative
 */
export function paretoOptions(
	{ order, loss }: RemovalCurve,
	cost: CostModel,
	{ sublayer, atLeast }: { readonly sublayer: number; readonly atLeast: number },
): ParetoOptions {
	const units = order.length
	const counts = Array.from({ length: units - atLeast + 1 }, (_, more) => atLeast + more)
	const costs = new Map(counts.map((kept) => [kept, checkedCost(cost, sublayer, kept)]))
	const costOf = (kept: number) => costs.get(kept)!
	const lossOf = (kept: number) => loss[units - kept]!
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

function checkedCost(model: CostModel, sublayer: number, kept: number): number {
	const cost = model.cost(sublayer, kept)
	if (Number.isFinite(cost) && cost >= 0) return cost
	const what = `the cost of ${kept} units of sublayer ${sublayer}`
	throw new InvalidInputError("mask search", what, "a finite number, zero or more", cost)
}
