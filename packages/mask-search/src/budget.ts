import { InfeasibleBudgetError, InvalidInputError } from "@winnow/tensor"

/** What a pruned model may cost: a share, in (0, 1], of what it costs with all units, or an amount in the cost model's unit; never both. */
export type Budget =
	| { readonly share: number; readonly atMost?: never }
	| { readonly atMost: number; readonly share?: never }

/**
 * The budget as an amount.
 *
 * @param full - cost of the model with all units
 * @throws {InvalidInputError} when a share is outside (0, 1], an amount is not a number, zero or more, or there is not just one of them
 */
export function budgetAmount({ share, atMost }: Budget, full: number): number {
	if ((share === undefined) === (atMost === undefined)) {
		throw new InvalidInputError("mask search", "the budget", "either a share or an amount", { share, atMost })
	}
	if (share !== undefined) {
		if (share > 0 && share <= 1) return share * full
		throw new InvalidInputError("mask search", "the budget", "a share in (0, 1]", share)
	}
	if (atMost! >= 0) return atMost!
	throw new InvalidInputError("mask search", "the budget", "an amount, zero or more", atMost)
}

/** The budget as an amount, with room for rounding: 1e-9 of it, about what sums of some thousand costs can lose. */
export function forgivingAmount(budget: Budget, full: number): number {
	return budgetAmount(budget, full) * (1 + 1e-9)
}

/** The refusal of a budget below `least`, what the cheapest allowed model costs. */
export function infeasibleBudget(budget: Budget, full: number, least: number): InfeasibleBudgetError {
	const asked = budget.share ?? budget.atMost! / full
	return new InfeasibleBudgetError("mask search", asked, least / full)
}
