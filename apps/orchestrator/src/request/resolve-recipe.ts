import { availableParallelism } from "node:os"
import { validated } from "@winnow/checkpoint"
import { taskNamed } from "@winnow/glue-eval"
import { InvalidInputError } from "@winnow/tensor"
import { type ResolvedRecipe, recipeSchema } from "./recipe.ts"
import { refuseUnknownFields } from "./refuse-unknown-fields.ts"

/**
 * A recipe with its defaults filled in, every field checked, and the fields against each other.
 *
 * @param where - the file or function that the recipe came from, for messages
 * @throws {InvalidInputError} naming the field
 * @example
 * resolveRecipe({ model: "bert", task: "sst2", data: "SST-2", out: "slim", macs: 0.5 }).samples // => 2048
 */
export function resolveRecipe(given: object, where = "prune"): ResolvedRecipe {
	refuseUnknownFields(given, where)
	const recipe = validated(recipeSchema, given, where)
	taskNamed(recipe.task)
	if (recipe.strictReference) refuseUnlikeReference(recipe, where)
	return { ...recipe, threads: recipe.threads ?? availableParallelism() }
}

function refuseUnlikeReference({ macs, rearrange }: Omit<ResolvedRecipe, "threads">, where: string): void {
	if (macs === 1) throw new InvalidInputError(where, "macs", "below 1 with strictReference", macs)
	if (rearrange === "once") return
	throw new InvalidInputError(where, "rearrange", "once with strictReference", rearrange)
}
