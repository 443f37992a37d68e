import {
	type CostModel,
	InvalidInputError,
	mustBe,
	type Plan,
	type RemovalCurve,
	UnsupportedError,
} from "@winnow/tensor"
import { type Budget, budgetAmount } from "./budget.ts"
import { planKeeping } from "./plan-keeping.ts"
import { searchTable } from "./search-table.ts"

/**
 * Mask search as the code of Kwon et al. 2022 does it, for comparison with `searchMasks`.
 *
 * It differs in four ways: the share must be below 1; at least one head is kept; a number of heads that exceeds the budget
 * by itself stays a candidate, with no neurons, and can win, so that *small budgets can be exceeded*; and the neurons are
 * rounded down without forgiving the rounding of the budget. Of plans with equal loss the one with fewest heads wins.
 *
 * Heads are the units of the dearer price. Under measured latency the paper searches otherwise: `kwon2022LatencySearch`.
 *
 * @throws {InvalidInputError} when the budget is not below the whole model's cost
 * @throws {UnsupportedError} when cost is not linear or has not two prices
 * @example
 * kwon2022Search(diagonalCurves(gradients), macModel(sublayers, { hidden, length }), { share: 0.5 })
 */
export function kwon2022Search(curves: readonly RemovalCurve[], cost: CostModel, budget: Budget): Plan {
	const table = searchTable(curves, cost)
	const [heads, neurons] = table.groups
	if (neurons.units === 0) {
		throw new UnsupportedError("mask search", mustBe("the cost model", "one of two prices, heads and neurons", "one"))
	}
	const amount = budgetAmount(budget, table.full)
	if (!(amount < table.full)) {
		throw new InvalidInputError("mask search", "the budget", "a share in (0, 1)", amount / table.full)
	}
	let best = { heads: 0, neurons: 0, loss: Number.POSITIVE_INFINITY }
	for (let n1 = 1; n1 <= heads.units; n1++) {
		const fitting = Math.floor((amount - cost.fixed - n1 * heads.price) / neurons.price)
		const n2 = Math.min(Math.max(fitting, 0), neurons.units)
		const loss = heads.loss[heads.units - n1]! + neurons.loss[neurons.units - n2]!
		if (loss < best.loss) best = { heads: n1, neurons: n2, loss }
	}
	return planKeeping(table, best.heads, best.neurons)
}
