import { readJson } from "../prepare/read-json.ts"
import { recipeSchema } from "./recipe.ts"
import { isRecord, recipeOfRecord } from "./recipe-of-record.ts"
import { refuseUnknownFields } from "./validated-request.ts"

/**
 * The fields of a recipe file, which need not be all: flags may bring the rest. A winnow.json is the recipe of its result.
 *
 * @throws {InvalidInputError} when there is no such file, it holds no JSON object, or a field is unknown
 */
export async function readRecipe(path: string): Promise<object> {
	const json = await readJson(path)
	const recipe = isRecord(json) ? recipeOfRecord(json, path) : json
	refuseUnknownFields(recipeSchema, recipe, path)
	return recipe
}
