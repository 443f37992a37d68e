import type { Plan } from "@winnow/tensor"
import { type Budget, budgetAmount, infeasibleBudget } from "./budget.ts"
import { planKeeping } from "./plan-keeping.ts"
import type { SearchTable } from "./search-table.ts"

// A share times a cost may land a few bits below the whole number of units that it stands for.
const rounding = 1e-9

/**
 * The plan of least expected loss within a budget.
 *
 *   min over n1, n2 of loss1(n1) + loss2(n2)  with  least + n1 p1 + n2 p2 <= budget
 *
 * `least` is the cost of what must stay; `n1` units of the dearer price p1 (heads) are kept beyond that, `n2` of the cheaper p2
 * (neurons), zero of either included. Every n1 is tried
 * with the best n2 that fits: exact whatever the curves look like. "Fits" forgives 1e-9 of one cheaper unit, no more. Of plans
 * with equal loss the one with more of the dearer units wins, then the one with more of the cheaper.
 *
 * @throws {InvalidInputError} when the budget is no share in (0, 1] and no amount
 * @throws {InfeasibleBudgetError} when even what must stay costs more; it names the smallest feasible share
 */
export function planFor(table: SearchTable, budget: Budget): Plan {
	const { full, least, groups } = table
	const [dear, cheap] = groups
	const amount = budgetAmount(budget, full)
	const most = mostWorthKeeping(cheap.loss)
	let best: { n1: number; n2: number; loss: number } | undefined
	for (let n1 = dear.units; n1 >= 0; n1--) {
		const fitting = Math.floor((amount - least - n1 * dear.price) / cheap.price + rounding)
		if (fitting < 0) continue
		const n2 = most[Math.min(fitting, cheap.units)]!
		const loss = dear.loss[dear.units - n1]! + cheap.loss[cheap.units - n2]!
		if (best === undefined || loss < best.loss) best = { n1, n2, loss }
	}
	if (best !== undefined) return planKeeping(table, best.n1, best.n2)
	throw infeasibleBudget(budget, full, least)
}

/** `[n]`: with how many kept units, at most n, the loss is least; of equals the most. Fewer are better only off monotone curves. */
function mostWorthKeeping(loss: Float64Array): Uint32Array {
	const units = loss.length - 1
	const most = new Uint32Array(loss.length)
	for (let kept = 1; kept <= units; kept++) {
		const before = most[kept - 1]!
		most[kept] = loss[units - kept]! <= loss[units - before]! ? kept : before
	}
	return most
}
