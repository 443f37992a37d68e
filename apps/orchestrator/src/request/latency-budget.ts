import { type } from "arktype"

/** What latency a pruned model may have: a share of the dense model's, or milliseconds. */
export const latencyBudget = type("0 < number <= 1")
	.or(/^\s*(\d+(\.\d*)?|\.\d+)\s*ms\s*$/)
	.describe('a share to keep, above 0 and at most 1, or milliseconds like "12ms"')

export type LatencyBudget = typeof latencyBudget.infer

/** Milliseconds of a budget, where it says any. */
export function millisecondsOf(budget: LatencyBudget): number | undefined {
	return typeof budget === "string" ? Number.parseFloat(budget) : undefined
}
