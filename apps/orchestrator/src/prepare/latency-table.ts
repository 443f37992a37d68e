import { fittingTable, type LatencySetting, type LatencyTable, parseLatencyTables } from "@winnow/latency-profiler"
import type { ResolvedRecipe } from "../request/recipe.ts"
import type { Subject } from "./open-subject.ts"
import { parsedJson } from "./read-json.ts"
import { readText } from "./read-text.ts"

/** What a recipe says of how its model is served, once the model has said how long inputs are. */
export function settingOf({ batch = 1, length, threads, precision = "fp32" }: ResolvedRecipe): LatencySetting {
	return { batch, length: length!, threads, precision }
}

/**
 * The table that a recipe names, for the model and setting that it asks for.
 *
 * @throws {InvalidInputError} when the file is no table, or one of another model or setting
 */
export async function tableFromFile(
	path: string,
	{ encoder, recipe }: Pick<Subject, "encoder"> & { readonly recipe: ResolvedRecipe },
): Promise<LatencyTable> {
	const tables = parseLatencyTables(parsedJson(await readText(path), path), path)
	return fittingTable(tables, { model: encoder, setting: settingOf(recipe) }, path)
}
