import { isDeepStrictEqual } from "node:util"

/** Where things lie, what else is asked for, and how fast it goes: a result depends on none of it. */
const irrelevant = new Set([
	...["model", "data", "out", "sampleIndices", "curves"],
	...["macs", "keepGradients", "formats", "timing", "threads", "memory"],
])

/** Whether two resolved recipes make the same model of the same model, at the same budget. */
export function sameRecipe(one: object, other: object): boolean {
	return isDeepStrictEqual(relevant(one), relevant(other))
}

function relevant(recipe: object): Record<string, unknown> {
	const fields = Object.entries(recipe).filter(([field, value]) => !irrelevant.has(field) && value !== undefined)
	return Object.fromEntries(fields)
}
