import { macModel } from "@winnow/flops-model"
import { InfeasibleBudgetError, InvalidInputError, type RemovalCurve, type Sample } from "@winnow/tensor"
import type { NotedRun } from "../noted-run.ts"
import type { Budget, Evidence, Preset } from "../presets/preset.ts"
import { presetOf } from "../presets/presets.ts"
import type { ResolvedRecipe } from "../request/recipe.ts"
import { type CurvesKey, readEvidence } from "../result/curves-file.ts"
import { type Calibration, calibrationOf } from "./calibration.ts"
import { checkOutput } from "./check-output.ts"
import { identityOf, type ModelIdentity } from "./open-model.ts"
import { openSubject, type Subject } from "./open-subject.ts"
import { readSplit } from "./read-split.ts"

/** Everything that pruning needs, opened and checked. */
export interface PruneJob {
	readonly recipe: ResolvedRecipe
	readonly preset: Preset
	readonly subject: Subject
	readonly model: ModelIdentity
	readonly dev: readonly Sample[]
	readonly calibration: Calibration
	readonly budget: Budget
	/** What the removal curves depend on. */
	readonly key: CurvesKey
	/** From an earlier run. */
	readonly evidence: Evidence | undefined
}

/**
 * Opens what a recipe names and checks whatever can be checked without running the model: what fails, fails before minutes of work.
 *
 * The caller closes `subject`.
 *
 * @throws {InvalidInputError | UnsupportedError | InfeasibleBudgetError} with one line for the user
 */
export async function pruneJob(recipe: ResolvedRecipe, run: NotedRun): Promise<PruneJob> {
	const preset = presetOf(recipe)
	const subject = await openSubject({ ...recipe, onNote: run.onNote })
	try {
		await checkOutput(recipe)
		const { file, examples } = await readSplit(subject.task, { data: recipe.data, split: "dev" }, run)
		const dev = subject.samplesOf(examples, file)
		const calibration = await calibrationOf(subject, recipe, { replacement: preset.replacement, ...run })
		const budget = budgetOf(recipe, subject)
		refuseInfeasible(preset, budget, subject)
		const model = await identityOf(subject)
		const key = { model: model.sha256, samples: calibration.sha256, seed: recipe.seed, ...preset.basis }
		const { curves: path } = recipe
		const evidence = path === undefined ? undefined : await readEvidence(path, key, subject.encoder.sublayers)
		return { recipe, preset, subject, model, dev, calibration, budget, key, evidence }
	} catch (error) {
		await subject.close()
		throw error
	}
}

function budgetOf({ macs }: ResolvedRecipe, { encoder, task }: Subject): Budget {
	return { cost: macModel(encoder.sublayers, { hidden: encoder.hidden, length: task.meanDevLength }), share: macs }
}

/** A model without any unit is no model. What fits a budget does not depend on how much units matter: a search among equals tells. */
function refuseInfeasible(preset: Preset, budget: Budget, { encoder: { sublayers } }: Subject): void {
	const { cost, share } = budget
	const plan = preset.search(
		sublayers.map(({ units }) => indifferentCurve(units)),
		budget,
	)
	if (plan.kept.some((units) => units.length > 0)) return
	const single = sublayers.flatMap(({ units }, index) => (units > 0 ? [cost.cost(index, 1)] : []))
	if (single.length === 0)
		throw new InvalidInputError("mask search", "the model", "one with units to remove", "without")
	const full = sublayers.reduce((sum, { units }, index) => sum + cost.cost(index, units), cost.fixed)
	throw new InfeasibleBudgetError("mask search", share, (cost.fixed + Math.min(...single)) / full)
}

function indifferentCurve(units: number): RemovalCurve {
	return { order: Uint32Array.from({ length: units }, (_, unit) => unit), loss: new Float64Array(units + 1) }
}
