import type { Recipe } from "./recipe.ts"

type Field = keyof Recipe

/** Each says how large the model may be. */
export const budgetFields: readonly Field[] = ["macs", "latency", "speedup", "maxDrop"]
/** Which only one of them has. */
const ofBudget: Readonly<Partial<Record<Field, readonly Field[]>>> = {
	latency: ["batch", "length", "precision", "latencySearch", "latencyTable"],
	maxDrop: ["fewRows"],
}

/**
 * The fields of a recipe file and of flags, which win: another budget takes the place of the file's with all that goes with it, and so does
 * another draw of rows that of a list.
 *
 * @example
 * mergedRecipe({ maxDrop: 1, seed: 3 }, { macs: 0.5 }) // => { seed: 3, macs: 0.5 }
 */
export function mergedRecipe(file: object, flags: object): object {
	const given = Object.keys(flags).filter((field) => flags[field as keyof typeof flags] !== undefined) as Field[]
	const left = Object.entries(file).filter(([field]) => !replacedBy(given).includes(field as Field))
	return { ...Object.fromEntries(left), ...flags }
}

function replacedBy(given: readonly Field[]): readonly Field[] {
	const budget = given.find((field) => budgetFields.includes(field))
	const own = budget === "speedup" ? "latency" : budget
	const others = Object.entries(ofBudget).flatMap(([of, fields]) => (of === own ? [] : fields))
	return [
		...(budget === undefined ? [] : [...budgetFields, ...others]),
		...(given.some((field) => field === "samples" || field === "seed") ? (["sampleIndices"] as const) : []),
	]
}
