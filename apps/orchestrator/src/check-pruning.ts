import type { NotedRun } from "./noted-run.ts"
import { pruneJob } from "./prepare/prune-job.ts"
import type { Recipe, ResolvedRecipe } from "./request/recipe.ts"
import { refuseWrongCall } from "./request/refuse-wrong-call.ts"
import { resolveRecipe } from "./request/resolve-recipe.ts"

/**
 * Checks everything that `prune` checks before it runs the model: files, fit of model and task, budget, output folder.
 *
 * @returns the recipe with its defaults filled in
 * @throws what `prune` would throw
 */
export async function checkPruning(recipe: Recipe, run: NotedRun = {}): Promise<ResolvedRecipe> {
	refuseWrongCall("prune", recipe, run)
	const job = await pruneJob(resolveRecipe(recipe), run)
	await job.close()
	return job.recipe
}
