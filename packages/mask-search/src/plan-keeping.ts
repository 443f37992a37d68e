import type { Plan } from "@winnow/tensor"
import { modelCost } from "./model-cost.ts"
import type { SearchTable } from "./search-table.ts"

/**
 * The plan that keeps `n1` units of the dearer price and `n2` of the cheaper beyond those that must stay, and gives up the others as
 * cheaply as it can.
 */
export function planKeeping({ groups, ...table }: SearchTable, n1: number, n2: number): Plan {
	const removed = new Uint32Array(table.curves.length)
	for (const [at, kept] of [n1, n2].entries()) {
		const { sublayers, units, removals } = groups[at]!
		for (const [index, count] of removals(units - kept).entries()) removed[sublayers[index]!] = count
	}
	return planRemoving(table, removed)
}

/** The plan in which each sublayer gives up so many units, the first of its curve. */
export function planRemoving(
	{ curves, cost, full }: Pick<SearchTable, "curves" | "cost" | "full">,
	removed: ArrayLike<number>,
): Plan {
	const kept = curves.map(({ order }, index) => order.slice(removed[index]!).sort())
	const loss = curves.reduce((sum, curve, index) => sum + curve.loss[removed[index]!]!, 0)
	const price = modelCost(
		cost,
		kept.map(({ length }) => length),
	)
	// A model without units and without fixed cost is kept whole.
	return { kept, cost: price, share: full === 0 ? 1 : price / full, loss }
}
