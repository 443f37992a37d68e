/** What the process ends with. */
export const exitCodes = {
	done: 0,
	failed: 1,
	usage: 2,
	/** Finished, but the result is over its budget, or loses more than was allowed. */
	overBudget: 3,
	interrupted: 130,
} as const
