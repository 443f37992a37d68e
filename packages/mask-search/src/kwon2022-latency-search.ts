import {
	type CostModel,
	mustBe,
	type Plan,
	type RemovalCurve,
	ShapeError,
	type Sublayer,
	UnsupportedError,
} from "@winnow/tensor"
import { type Budget, forgivingAmount, infeasibleBudget } from "./budget.ts"
import { type DroppedSublayers, dropSublayers } from "./dropped-sublayers.ts"
import { isConvex } from "./greedy-losses.ts"
import { fullCost, modelCost } from "./model-cost.ts"
import { planRemoving } from "./plan-keeping.ts"
import { requireSearchable } from "./require-searchable.ts"
import { strictLatencySearch } from "./strict-latency-search.ts"
import { type SublayerKind, sublayerKind } from "./sublayer-kind.ts"

export interface Kwon2022LatencyOptions {
	/** One a curve, in model order. */
	readonly sublayers: readonly Sublayer[]
	/** The paper's code with its mistakes, for comparison. */
	readonly strictReference?: boolean
}

/**
 * Mask search under measured latency as Kwon et al. 2022 do it (section 4.1), for comparison with `searchMasks`.
 *
 * The costs of a kind of sublayers are fitted by a flat piece and a line (`piecewiseLinearFit`: T, c, a). For every number of attention
 * and of FFN sublayers dropped, those go whose T most important units weigh least; the others keep their first T units at cost c
 * each; for every number of further heads, at a_h each, as many further neurons as fit, at a_n each, are added:
 *
 *   fixed + sum over survivors of c + n_h a_h + n_n a_n <= budget
 *
 * All sublayers may be dropped, and no further unit bought; a slope of 0 makes further units free. A candidate that exceeds the
 * budget by the true costs is skipped: the plan fits, but for 1e-9 of the budget. The least loss wins, of equals the first: fewest dropped
 * attention sublayers, then FFN sublayers, then fewest heads.
 *
 * `strictReference` repeats the code instead; see `strictLatencySearch`.
 *
 * @param curves - one a sublayer, in model order, convex: those of the diagonal Fisher information
 * @param cost - any; only what the fit sees of it guides the search
 * @throws {InvalidInputError} when the budget is no share in (0, 1] and no amount, a curve or a cost is none, or (strict) the
 *   budget has room for the whole model
 * @throws {InfeasibleBudgetError} when even the model without sublayers (strict: with the first T units of all) costs more
 * @throws {UnsupportedError} when a curve is not convex, a kind of sublayers is missing or its sublayers differ in units,
 *   or (strict) the code would find nothing or divide by zero
 * @throws {ShapeError} when curves and sublayers do not match
 * @example
 * kwon2022LatencySearch(diagonalCurves(gradients), latency, { share: 0.5 }, { sublayers: encoder.sublayers })
 */
export function kwon2022LatencySearch(
	curves: readonly RemovalCurve[],
	cost: CostModel,
	budget: Budget,
	{ sublayers, strictReference = false }: Kwon2022LatencyOptions,
): Plan {
	requireSearchable({ curves, cost, atLeast: curves.map(() => 0) })
	requireIndependentScores(curves, sublayers)
	const heads = sublayerKind(curves, cost, { sublayers, kind: "attention" })
	const neurons = sublayerKind(curves, cost, { sublayers, kind: "ffn" })
	const full = fullCost(cost, curves)
	const counts = strictReference
		? strictLatencySearch(heads, neurons, { budget, fixed: cost.fixed, full })
		: leastLossCounts(heads, neurons, { cost, amount: forgivingAmount(budget, full) })
	if (counts === undefined) throw infeasibleBudget(budget, full, cost.fixed)
	const kept = inModelOrder(heads, neurons, counts)
	const removed = curves.map(({ order }, index) => order.length - kept[index]!)
	return planRemoving({ curves, cost, full }, removed)
}

/** How many units each attention sublayer keeps, and each FFN sublayer. */
type Counts = readonly [heads: readonly number[], neurons: readonly number[]]

function leastLossCounts(
	heads: SublayerKind,
	neurons: SublayerKind,
	{ cost, amount }: { readonly cost: CostModel; readonly amount: number },
): Counts | undefined {
	let best: { counts: Counts; loss: number } | undefined
	for (const [attention, ffn] of everyDrop(heads, neurons)) {
		const room = amount - cost.fixed - attention.base - ffn.base
		for (let n1 = 0; n1 <= attention.buyable; n1++) {
			const left = room - n1 * heads.fit.slope
			if (left < 0) break
			const n2 = neurons.fit.slope === 0 ? ffn.buyable : Math.min(Math.floor(left / neurons.fit.slope), ffn.buyable)
			const loss = attention.loss[n1]! + ffn.loss[n2]!
			if (best !== undefined && loss >= best.loss) continue
			const counts: Counts = [attention.kept(n1), ffn.kept(n2)]
			if (modelCost(cost, inModelOrder(heads, neurons, counts)) <= amount) best = { counts, loss }
		}
	}
	return best?.counts
}

/** Every number of attention sublayers dropped, with every number of FFN sublayers. */
function* everyDrop(
	heads: SublayerKind,
	neurons: SublayerKind,
): Generator<readonly [attention: DroppedSublayers, ffn: DroppedSublayers]> {
	const ffns = [...neurons.curves.keys(), neurons.curves.length].map((dropped) => dropSublayers(neurons, dropped))
	for (let dropped = 0; dropped <= heads.curves.length; dropped++) {
		const attention = dropSublayers(heads, dropped)
		for (const ffn of ffns) yield [attention, ffn]
	}
}

function inModelOrder(heads: SublayerKind, neurons: SublayerKind, counts: Counts): readonly number[] {
	const kept = new Array<number>(heads.indices.length + neurons.indices.length)
	for (const [position, index] of heads.indices.entries()) kept[index] = counts[0][position]!
	for (const [position, index] of neurons.indices.entries()) kept[index] = counts[1][position]!
	return kept
}

function requireIndependentScores(curves: readonly RemovalCurve[], sublayers: readonly Sublayer[]): void {
	if (sublayers.length !== curves.length) {
		throw new ShapeError("mask search", "the number of sublayers", `${curves.length}, one a curve`, sublayers.length)
	}
	for (const [index, curve] of curves.entries()) {
		const { length } = curve.order
		if (sublayers[index]!.units !== length) {
			const what = `the units of sublayer ${index}`
			throw new ShapeError("mask search", what, `${length}, as in its curve`, sublayers[index]!.units)
		}
		if (isConvex(curve)) continue
		const expected = "convex, as those of the diagonal Fisher information"
		throw new UnsupportedError("mask search", mustBe(`removal curve ${index}`, expected, "not convex"))
	}
}
