import { InvalidInputError } from "@winnow/tensor"
import { recipeSchema } from "./recipe.ts"

const fields = recipeSchema.props.map(({ key }) => String(key))

/** @throws {InvalidInputError} when a field is none of a recipe's: most likely a misspelt one */
export function refuseUnknownFields(recipe: object, where: string): void {
	const unknown = Object.keys(recipe).find((key) => !fields.includes(key))
	if (unknown === undefined) return
	throw new InvalidInputError(where, "every field", `one of ${fields.join(", ")}`, unknown)
}
