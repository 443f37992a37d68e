import { InvalidInputError } from "@winnow/tensor"
import type { NotedRun } from "./noted-run.ts"
import { pruneFamily } from "./prune-family.ts"
import type { Recipe } from "./request/recipe.ts"
import { refuseWrongCall } from "./request/refuse-wrong-call.ts"
import type { PruneResult } from "./result/prune-result.ts"

/**
 * Prunes a model: measures which units matter on a calibration sample, searches those to keep under the budget, repairs what remains,
 * and writes the slim model with the record of what was done.
 *
 * Whatever can be checked without running the model is checked first. The output folder appears when it is complete, or not at all.
 *
 * @returns what winnow.json holds
 * @throws {InvalidInputError | UnsupportedError | InfeasibleBudgetError} with one line that says what to change; `signal.reason`
 * within one batch of an abort
 * @example
 * const { score, macs } = await prune({ model: "minilm-sst2", task: "sst2", data: "SST-2", macs: 0.5, out: "out/sst2" })
 */
export async function prune(recipe: Recipe, run: NotedRun = {}): Promise<PruneResult> {
	refuseWrongCall("prune", recipe, run)
	if (Array.isArray(recipe.macs)) {
		throw new InvalidInputError("prune", "macs", "one share (several: pruneFamily)", `${recipe.macs.length} of them`)
	}
	const [result] = await pruneFamily(recipe, run)
	return result!
}
