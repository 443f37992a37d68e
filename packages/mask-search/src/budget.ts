import { InfeasibleBudgetError, InvalidInputError } from "@winnow/tensor"

/** What a pruned model may cost: a share, in (0, 1], of what it costs with all units, or an amount in the cost model's unit. */
export type Budget = { readonly share: number } | { readonly atMost: number }

/**
 * The budget as an amount.
 *
 * @param full - cost of the model with all units
 * @throws {InvalidInputError} when a share is outside (0, 1] or an amount is not a number, zero or more
 */
export function budgetAmount(budget: Budget, full: number): number {
	if ("share" in budget) {
		const { share } = budget
		if (share > 0 && share <= 1) return share * full
		throw new InvalidInputError("mask search", "the budget", "a share in (0, 1]", share)
	}
	if (budget.atMost >= 0) return budget.atMost
	throw new InvalidInputError("mask search", "the budget", "an amount, zero or more", budget.atMost)
}

/** The budget as an amount, with room for rounding: 1e-9 of it, about what sums of some thousand costs can lose. */
export function forgivingAmount(budget: Budget, full: number): number {
	return budgetAmount(budget, full) * (1 + 1e-9)
}

/** The refusal of a budget below `least`, what the cheapest allowed model costs. */
export function infeasibleBudget(budget: Budget, full: number, least: number): InfeasibleBudgetError {
	const asked = "share" in budget ? budget.share : budget.atMost / full
	return new InfeasibleBudgetError("mask search", asked, least / full)
}
