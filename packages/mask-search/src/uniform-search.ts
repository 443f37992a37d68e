import type { CostModel, Plan, RemovalCurve } from "@winnow/tensor"
import { type Budget, budgetAmount, infeasibleBudget } from "./budget.ts"
import { planRemoving } from "./plan-keeping.ts"
import type { PriceGroup } from "./price-groups.ts"
import { type SearchOptions, searchTable } from "./search-table.ts"

// What a share of a whole number of units loses by rounding.
const rounding = 1e-9

/**
 * The same share of units in every sublayer, whatever the curves say of the sublayers: uniform widths, a baseline. Which units stay
 * within a sublayer is its curve's matter.
 *
 * The dearer units (heads) come as close to the budget's share as whole units can; the cheaper (neurons) fill up what is left. Where
 * some units must stay, it is the same share of all others.
 *
 * @throws {InvalidInputError} when the budget is no share in (0, 1] and no amount
 * @throws {InfeasibleBudgetError} when even what must stay costs more
 * @throws {UnsupportedError} when cost is not linear or has more than two prices
 * @example
 * uniformSearch(magnitudeCurves(weights, sublayers), macModel(sublayers, { hidden, length }), { share: 0.5 })
 */
export function uniformSearch(
	curves: readonly RemovalCurve[],
	cost: CostModel,
	budget: Budget,
	options: SearchOptions = {},
): Plan {
	const table = searchTable(curves, cost, options)
	const { full, least, atLeast, groups } = table
	const room = budgetAmount(budget, full) - least
	if (room < 0) throw infeasibleBudget(budget, full, least)
	const movable = curves.map(({ order }, index) => order.length - atLeast[index]!)
	const [dear, cheap] = groups
	const heads = nearestWidths(dear, { movable, share: Math.min(1, room / (full - least)), room })
	const fitting = Math.floor((room - dear.price * sum(heads)) / cheap.price + rounding)
	const cheapShare = Math.min(1, fitting / cheap.units)
	const removed = movable.slice()
	for (const [k, index] of dear.sublayers.entries()) removed[index]! -= heads[k]!
	for (const index of cheap.sublayers) removed[index]! -= Math.floor(cheapShare * movable[index]! + rounding)
	return planRemoving(table, removed)
}

/** Widths nearest to a share of what may go, or the ones below where those do not fit. */
function nearestWidths(
	{ sublayers, price }: PriceGroup,
	{ movable, share, room }: { movable: readonly number[]; share: number; room: number },
): readonly number[] {
	const wanted = sublayers.map((index) => share * movable[index]!)
	const nearest = wanted.map(Math.round)
	return sum(nearest) * price <= room ? nearest : wanted.map((width) => Math.floor(width + rounding))
}

function sum(counts: readonly number[]): number {
	return counts.reduce((total, count) => total + count, 0)
}
