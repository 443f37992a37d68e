import { InvalidInputError, mustBe, UnsupportedError } from "@winnow/tensor"
import { type Budget, budgetAmount, infeasibleBudget } from "./budget.ts"
import { type DroppedSublayers, dropSublayers } from "./dropped-sublayers.ts"
import type { SublayerKind } from "./sublayer-kind.ts"

/** The squared error from which on the code takes no fit. */
const errorLimit = 10_000

export interface StrictBudget {
	readonly budget: Budget
	readonly fixed: number
	/** Cost of the model with all units. */
	readonly full: number
}

/**
 * How many units each attention and each FFN sublayer keeps by the code of Kwon et al. 2022 under a latency budget (their
 * prune/search.py search_latency), mistakes included.
 *
 * Its double loop over 0 to L - 1 dropped sublayers of either kind takes the base cost of each configuration from *one* budget, never
 * given back. Its objective counts only the units bought beyond the first T, those of dropped sublayers as nothing, and a
 * configuration wins only if it buys more. So none after the first can win: it has less to spend, on units that weigh no more.
 * What the code would do there (buy weightless neurons of dropped sublayers) happens to no result, and only the first
 * configuration, which drops nothing, is evaluated here.
 *
 * Other differences from the default: at least one head is bought, of some importance; the number of neurons is cut
 * towards 0, so that a candidate may exceed the budget by up to one neuron; only the fit is held to the budget, never the costs
 * themselves; a fit is taken if its squared error is below 10,000. Where scores are equal the code leaves the choice to its sort:
 * here the earlier sublayer's unit is bought first. It knows no fixed cost: here it is taken from the budget.
 *
 * @throws {InvalidInputError} when the budget is not below the whole model's cost
 * @throws {InfeasibleBudgetError} when it is below the first T units of every sublayer and one head more
 * @throws {UnsupportedError} when the code would divide by zero, or end without a fit or a plan
 */
export function strictLatencySearch(
	heads: SublayerKind,
	neurons: SublayerKind,
	{ budget, fixed, full }: StrictBudget,
): readonly [heads: readonly number[], neurons: readonly number[]] {
	const amount = budgetAmount(budget, full)
	if (!(amount < full)) throw new InvalidInputError("mask search", "the budget", "a share in (0, 1)", amount / full)
	requireFits(heads, neurons)
	const [attention, ffn] = [dropSublayers(heads, 0), dropSublayers(neurons, 0)]
	const room = amount - fixed - (attention.base + ffn.base)
	let best = { n1: 0, n2: 0, importance: 0 }
	for (let n1 = 1; room >= 0 && n1 <= attention.buyable; n1++) {
		const n2 = Math.min(Math.trunc((room - n1 * heads.fit.slope) / neurons.fit.slope), ffn.buyable)
		if (n2 < 0) break
		const importance = importanceOf(attention, n1) + importanceOf(ffn, n2)
		if (importance > best.importance) best = { n1, n2, importance }
	}
	if (best.n1 > 0) return [attention.kept(best.n1), ffn.kept(best.n2)]
	const least = fixed + attention.base + ffn.base + heads.fit.slope
	if (amount < least) throw infeasibleBudget(budget, full, least)
	const expected = "above 0 for some: the paper's code ends without a plan otherwise"
	throw new UnsupportedError("mask search", mustBe("the importance of units beyond the first T", expected, 0))
}

/** How much the best so many units for sale weigh. */
function importanceOf({ loss }: DroppedSublayers, bought: number): number {
	return loss[0]! - loss[bought]!
}

function requireFits(heads: SublayerKind, neurons: SublayerKind): void {
	for (const { fit } of [heads, neurons]) {
		if (fit.error < errorLimit) continue
		const expected = `below ${errorLimit}: the paper's code takes no other fit`
		throw new UnsupportedError("mask search", mustBe("the squared error of a fit", expected, fit.error))
	}
	if (heads.fit.threshold === heads.units) {
		const expected = `below ${heads.units}: the paper's code buys at least one head beyond T`
		throw new UnsupportedError("mask search", mustBe("the T of the fit to attention sublayers", expected, heads.units))
	}
	if (neurons.fit.slope === 0) {
		const expected = "above 0: the paper's code divides by zero here"
		throw new UnsupportedError("mask search", mustBe("the slope of the fit to FFN sublayers", expected, 0))
	}
}
