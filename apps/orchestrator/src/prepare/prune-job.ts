import { join } from "node:path"
import { refuseFullDisk } from "@winnow/checkpoint"
import type { Architecture } from "@winnow/encoder"
import type { Format } from "@winnow/export"
import { macModel } from "@winnow/flops-model"
import { type LatencyTable, latencyModel } from "@winnow/latency-profiler"
import type { Runtime } from "@winnow/runtime"
import {
	type CostModel,
	InfeasibleBudgetError,
	InvalidInputError,
	type RemovalCurve,
	type Sample,
} from "@winnow/tensor"
import { formatsOf } from "../finish/formats-of.ts"
import { refuseUnreachable } from "../latency/refuse-unreachable.ts"
import type { NotedRun } from "../noted-run.ts"
import type { Evidence, Method } from "../presets/method.ts"
import { methodOf } from "../presets/method-of.ts"
import { budgetFolder, type LatencyBudget } from "../request/latency-budget.ts"
import type { ResolvedRecipe, TargetBudget } from "../request/recipe.ts"
import { type CurvesKey, readEvidence } from "../result/curves-file.ts"
import type { CutTexts } from "../result/cut-texts.ts"
import { checkNumbers, usualLength } from "./check-numbers.ts"
import { checkOutput } from "./check-output.ts"
import { closed } from "./closed.ts"
import { noteCut } from "./cut-counter.ts"
import { tableFromFile } from "./latency-table.ts"
import { type HubSource, type LocatedData, locateData, locateTexts } from "./locate.ts"
import { type Materials, taskMaterials, textMaterials } from "./materials.ts"
import { identityOf, type ModelIdentity } from "./open-model.ts"
import { openRuntime } from "./open-runtime.ts"
import { openTaskSubject, openTextSubject, type Subject } from "./open-subject.ts"
import { outputBytes } from "./output-bytes.ts"

/** What a run reads of its task. */
const splits = ["train", "dev", "test"]

/** One model that a run is to make. */
export interface Target {
	/** What it may cost. */
	readonly budget: TargetBudget
	/** Its folder. */
	readonly out: string
}

/** Everything that pruning needs, opened and checked. */
export interface PruneJob extends Materials {
	readonly recipe: ResolvedRecipe
	readonly method: Method
	readonly subject: Subject
	readonly model: ModelIdentity
	/** Where the data came from, if that was the Hugging Face Hub. */
	readonly data: HubSource | undefined
	/** Of all texts that the run looks at; undefined where long ones are read in windows. */
	readonly cut: CutTexts | undefined
	/** Tokens at which costs are counted: the task's mean, or that of the calibration sample. */
	readonly length: number
	/** Empty where `maxDrop` decides how large the model becomes. */
	readonly targets: readonly Target[]
	/** What the removal curves depend on. */
	readonly key: CurvesKey
	/** From an earlier run. */
	readonly evidence: Evidence | undefined
	/** ONNX files to write. */
	readonly formats: readonly Format[]
	/** From a file. */
	readonly latencyTable: LatencyTable | undefined
	/** What runs models as they will be served: the subject's own runtime, or one of the precision that the recipe says. */
	readonly servedOn: Runtime
	close(): Promise<void>
}

/**
 * Opens what a recipe names and checks whatever can be checked without running the model: what fails, fails before minutes of work.
 *
 * The caller closes it.
 *
 * @throws {InvalidInputError | UnsupportedError | InfeasibleBudgetError} with one line for the user
 */
export async function pruneJob(given: ResolvedRecipe, run: NotedRun): Promise<PruneJob> {
	const method = methodOf(given)
	const { task } = given
	const { folder, files, hub }: LocatedData =
		task === undefined ? await locateTexts(given.data) : await locateData(given.data, { task, splits }, run)
	const { runtime, threads, maxLength } = given
	const subject: Subject = await (task === undefined
		? openTextSubject(given.model, { runtime, threads, maxLength, ...run })
		: openTaskSubject(given.model, { runtime, threads, ...run, choice: { ...given, task, files } }))
	const open = [() => subject.close()]
	const close = () => closed(open)
	try {
		const recipe = withServedLength(given, subject.encoder.architecture)
		checkNumbers(recipe, subject.encoder)
		const { precision = "fp32" } = recipe
		const servedOn = precision === "fp32" ? subject.runtime : await openRuntime({ threads, precision })
		if (servedOn !== subject.runtime) open.unshift(() => servedOn.close())
		const formats = formatsOf(recipe.formats, subject.runtime, run)
		const targets = targetsOf(recipe)
		for (const { out } of targets.length > 0 ? targets : [recipe]) {
			await checkOutput({ out, model: subject.folder.folder, data: folder })
		}
		const budgets = targets.length > 0 ? targets.map(({ budget }) => budget) : ["unknown" as const]
		const sizes = budgets.map((budget) => outputBytes(subject.encoder, { source: subject, formats, budget }))
		await refuseFullDisk(
			recipe.out,
			sizes.reduce((sum, bytes) => sum + bytes, 0),
		)
		const options = { ...recipe, data: folder, replacement: method.replacement }
		const materials = await (subject.task ? taskMaterials(subject, options, run) : textMaterials(subject, options, run))
		const cut = subject.task ? subject.task.cut() : subject.cut()
		noteCut(cut, run)
		const length = subject.task?.meanLength ?? meanLengthOf(materials.calibration.samples)
		for (const { budget } of targets) refuseInfeasible(budget, { method, length, subject })
		const model = await identityOf(subject)
		const key = { model: model.sha256, samples: materials.calibration.sha256, seed: recipe.seed, ...method.basis }
		const { curves: path } = recipe
		const evidence = path === undefined ? undefined : await readEvidence(path, key, subject.encoder.sublayers)
		const table = recipe.latencyTable
		const latencyTable = table === undefined ? undefined : await tableFromFile(table, { ...subject, recipe })
		if (latencyTable !== undefined) {
			const { sublayers } = subject.encoder
			const cost = latencyModel(latencyTable, sublayers)
			for (const { budget } of targets) if ("latency" in budget) refuseUnreachable(budget.latency, { cost, sublayers })
		}
		const opened = { ...materials, cut, data: hub, recipe, method, subject, servedOn, formats, close }
		return { ...opened, length, targets, model, key, evidence, latencyTable }
	} catch (error) {
		await close()
		throw error
	}
}

/** What the model says of how it is served, where the recipe does not. */
function withServedLength(recipe: ResolvedRecipe, architecture: Architecture): ResolvedRecipe {
	if (recipe.latency === undefined) return recipe
	return { ...recipe, length: recipe.length ?? usualLength(architecture) }
}

/** Multiply-accumulates of one input of so many tokens. */
export function macCosts(length: number): (model: Pick<Subject["encoder"], "sublayers" | "hidden">) => CostModel {
	return ({ sublayers, hidden }) => macModel(sublayers, { hidden, length })
}

/** A folder for one budget; of several budgets, a folder in it for each. */
function targetsOf({ macs, latency, out }: ResolvedRecipe): readonly Target[] {
	const nested = (budget: LatencyBudget) => join(out, budgetFolder(budget))
	if (Array.isArray(macs)) return macs.map((share) => ({ budget: { macs: share }, out: nested(share) }))
	if (Array.isArray(latency)) return latency.map((each) => ({ budget: { latency: each }, out: nested(each) }))
	if (macs !== undefined) return [{ budget: { macs }, out }]
	return latency === undefined ? [] : [{ budget: { latency }, out }]
}

function meanLengthOf(samples: readonly Sample[]): number {
	return samples.reduce((sum, { ids }) => sum + ids.length, 0) / samples.length
}

/**
 * A model without any unit is no model. What fits a budget does not depend on how much units matter: a search among equals tells. Of
 * latency nothing is known before it was measured.
 */
function refuseInfeasible(
	budget: TargetBudget,
	{ method, length, subject }: { readonly method: Method; readonly length: number; readonly subject: Subject },
): void {
	if (!("macs" in budget)) return
	const { sublayers } = subject.encoder
	const [share, cost] = [budget.macs, macCosts(length)(subject.encoder)]
	const curves = sublayers.map(({ units }) => indifferentCurve(units))
	const plan = method.search(curves, { cost, share, sublayers })
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
