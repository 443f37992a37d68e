import { type CostModel, InfeasibleBudgetError, type Plan, type RemovalCurve } from "@winnow/tensor"
import { type Budget, budgetAmount } from "./budget.ts"
import { planRemoving } from "./plan-keeping.ts"
import type { PriceGroup } from "./price-groups.ts"
import { searchTable } from "./search-table.ts"

// What a share of a whole number of units loses by rounding.
const rounding = 1e-9

/**
 * The same share of units in every sublayer, whatever the curves say of the sublayers: uniform widths, a baseline. Which units stay
 * within a sublayer is its curve's matter.
 *
 * The dearer units (heads) come as close to the budget's share as whole units can; the cheaper (neurons) fill up what is left.
 *
 * @throws {InvalidInputError} when the budget is no share in (0, 1] and no amount
 * @throws {InfeasibleBudgetError} when even no unit at all costs more
 * @throws {UnsupportedError} when cost is not linear or has more than two prices
 * @example
 * uniformSearch(magnitudeCurves(weights, sublayers), macModel(sublayers, { hidden, length }), { share: 0.5 })
 */
export function uniformSearch(curves: readonly RemovalCurve[], cost: CostModel, budget: Budget): Plan {
	const table = searchTable(curves, cost)
	const amount = budgetAmount(budget, table.full)
	const room = amount - table.least
	if (room < 0) {
		const asked = "share" in budget ? budget.share : amount / table.full
		throw new InfeasibleBudgetError("mask search", asked, table.least / table.full)
	}
	const share = Math.min(1, room / (table.full - table.least))
	const [dear, cheap] = table.groups
	const dearWidths = nearestWidths(dear, { curves, share, room })
	const left = room - dear.price * sum(dearWidths)
	const cheapShare = Math.min(1, Math.floor(left / cheap.price + rounding) / cheap.units)
	const kept = new Uint32Array(curves.length)
	for (const [k, index] of dear.sublayers.entries()) kept[index] = dearWidths[k]!
	for (const index of cheap.sublayers) kept[index] = Math.floor(cheapShare * curves[index]!.order.length + rounding)
	return planRemoving(
		table,
		curves.map(({ order }, index) => order.length - kept[index]!),
	)
}

/** Widths nearest to a share, or the ones below where those do not fit. */
function nearestWidths(
	{ sublayers, price }: PriceGroup,
	{ curves, share, room }: { curves: readonly RemovalCurve[]; share: number; room: number },
): readonly number[] {
	const wanted = sublayers.map((index) => share * curves[index]!.order.length)
	const nearest = wanted.map(Math.round)
	return sum(nearest) * price <= room ? nearest : wanted.map((width) => Math.floor(width + rounding))
}

function sum(counts: readonly number[]): number {
	return counts.reduce((total, count) => total + count, 0)
}
