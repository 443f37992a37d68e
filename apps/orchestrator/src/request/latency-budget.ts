import { type } from "arktype"

/** What latency a pruned model may have: a share of the dense model's, or milliseconds. */
export const latencyBudget = type("0 < number <= 1")
	// Not all digits are 0, and there are few enough to be a number.
	.or(/^\s*(?=[0.]*[1-9])(\d{1,9}(\.\d{0,9})?|\.\d{1,9})\s*ms\s*$/)
	.describe('a share to keep, above 0 and at most 1, or milliseconds above 0 like "12ms"')

export type LatencyBudget = typeof latencyBudget.infer

/** What the folder of a budget is called where there are several. */
export function budgetFolder(budget: LatencyBudget): string {
	return String(budget).replaceAll(" ", "")
}

/** Milliseconds of a budget, where it says any. */
export function millisecondsOf(budget: LatencyBudget): number | undefined {
	return typeof budget === "string" ? Number.parseFloat(budget) : undefined
}
