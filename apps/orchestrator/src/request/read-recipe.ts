import { readJson } from "../prepare/read-json.ts"
import { recipeSchema } from "./recipe.ts"
import { refuseUnknownFields } from "./validated-request.ts"

/**
 * The fields of a recipe file, which need not be all: flags may bring the rest.
 *
 * @throws {InvalidInputError} when there is no such file, it holds no JSON object, or a field is unknown
 */
export async function readRecipe(path: string): Promise<object> {
	const recipe = await readJson(path)
	refuseUnknownFields(recipeSchema, recipe, path)
	return recipe
}
