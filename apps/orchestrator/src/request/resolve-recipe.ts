import { availableParallelism } from "node:os"
import { squadTasks } from "@winnow/glue-eval/squad"
import { InvalidInputError } from "@winnow/tensor"
import { importances } from "../presets/importances.ts"
import { presets } from "../presets/presets.ts"
import { budgetFolder } from "./latency-budget.ts"
import { budgetFields } from "./merged-recipe.ts"
import { type ResolvedRecipe, recipeSchema } from "./recipe.ts"
import { refuseUnclearTask } from "./task-choice.ts"
import { refuseUnknownFields, validatedRequest } from "./validated-request.ts"

/**
 * A recipe with the preset's choices and the defaults filled in, every field checked, and the fields against each other.
 *
 * @param where - the file or function that the recipe came from, for messages
 * @throws {InvalidInputError} naming the field
 * @example
 * resolveRecipe({ model: "bert", task: "sst2", data: "SST-2", out: "slim", macs: 0.5 }).samples // => 2048
 */
export function resolveRecipe(given: object, where = "prune"): ResolvedRecipe {
	refuseUnknownFields(recipeSchema, given, where)
	refuseWords(given, where)
	const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
	const { speedup, ...recipe } = withBudgetIfMissing(known, () => validatedRequest(recipeSchema, known, where))
	if (speedup !== undefined && recipe.latency !== undefined) {
		throw new InvalidInputError(where, "speedup", "absent where `latency` says the same", speedup)
	}
	const { threads = availableParallelism(), latency = speedup && 1 / speedup } = recipe
	const resolved: ResolvedRecipe = {
		...presets[recipe.preset],
		...recipe,
		threads,
		...(latency === undefined ? {} : { latency, ...servingOf(recipe) }),
	}
	// What the preset says of a choice that was changed says nothing any more.
	if (resolved.repair !== "projection") resolved.inputRepair = recipe.inputRepair ?? false
	if (!importances[resolved.importance].hasGradients) resolved.rearrange = recipe.rearrange ?? "none"
	// Signs over all tokens would weigh those alike that no answer is near.
	const isSpan = squadTasks.some(({ name }) => name === resolved.task)
	if (isSpan && resolved.loss === "logits") resolved.loss = recipe.loss ?? "sampled"
	const { task } = resolved
	if (task !== undefined) refuseUnclearTask({ ...resolved, task }, where)
	if (!hasBudget(known)) throw new InvalidInputError(where, budgetNames, "given", "missing")
	for (const [field, expected] of contradictions(resolved)) {
		throw new InvalidInputError(where, field, expected, resolved[field] ?? "missing")
	}
	return resolved
}

/** How a model is served and searched for where latency is the budget, if the recipe says nothing else. */
function servingOf({ preset, latencySearch, ...recipe }: typeof recipeSchema.inferOut) {
	const { batch = 1, precision = "fp32" } = recipe
	const usual = preset === "kwon2022" ? "piecewise" : "exact"
	return { batch, precision, latencySearch: latencySearch ?? usual } as const
}

const budgetNames = "`macs`, `latency`, `speedup` or `maxDrop`"

const hasBudget = (given: object) => budgetFields.some((field) => field in given)

/** Adds the budget, which the schema does not ask for because one of several is enough, to what it says is missing. */
function withBudgetIfMissing<Resolved>(given: object, validate: () => Resolved): Resolved {
	try {
		return validate()
	} catch (error) {
		if (!(error instanceof InvalidInputError) || !String(error.actual).startsWith("missing") || hasBudget(given))
			throw error
		const { where, what, expected, actual, cause } = error
		const missing = `${actual}, and ${actual === "missing" ? "so is " : ""}one of ${budgetNames}`
		throw new InvalidInputError(where, what, expected, missing, { cause })
	}
}

/** arktype would ask for "a number or an object". */
function refuseWords({ macs }: { readonly macs?: unknown }, where: string): void {
	const word = [macs].flat().find((share) => typeof share === "string")
	if (word !== undefined)
		throw new InvalidInputError(where, "macs", "a share to keep, above 0 and at most 1", JSON.stringify(word))
}

/** Fields that do not go with what others say, and what they would have to be. */
function* contradictions(recipe: ResolvedRecipe): Generator<[field: keyof ResolvedRecipe, expected: string]> {
	const { task, textColumns, labelColumn, labels, maxDrop, importance, rearrange, loss, repair, inputRepair } = recipe
	if (task === undefined && textColumns === undefined)
		yield ["task", "the name of a task, or `textColumns` given instead"]
	if (task === undefined && labelColumn !== undefined) yield ["labelColumn", "absent without a task"]
	if (task === undefined && labels !== undefined) yield ["labels", "absent without a task"]
	yield* unclearBudget(recipe)
	if (task === undefined && maxDrop !== undefined) yield ["maxDrop", "absent without a task: it needs labels"]
	if (maxDrop === undefined && recipe.fewRows) yield ["fewRows", "absent without `maxDrop`"]
	if (task === undefined && loss === "task" && usesLoss(recipe)) yield ["loss", "logits or sampled without a task"]
	if (rearrange !== "none" && !importances[importance].hasGradients)
		yield ["rearrange", `none with \`importance\` ${importance}`]
	if (inputRepair && repair !== "projection") yield ["inputRepair", `false with \`repair\` ${repair}`]
	if (recipe.keepGradients && !importances[importance].hasGradients)
		yield ["keepGradients", `false with \`importance\` ${importance}`]
	if (recipe.strictReference) yield* unlikeReference(recipe)
}

/** One of three says how large the model may be. */
function* unclearBudget(recipe: ResolvedRecipe): Generator<[field: keyof ResolvedRecipe, expected: string]> {
	const { macs, latency, maxDrop, latencySearch, minHeads, protectLayers, widths } = recipe
	if (macs !== undefined && latency !== undefined)
		yield ["latency", "absent where `macs` says how large the model may be"]
	for (const field of ["macs", "latency"] as const) {
		if (recipe[field] !== undefined && maxDrop !== undefined)
			yield ["maxDrop", `absent where \`${field}\` says how large the model may be`]
	}
	for (const field of ["macs", "latency"] as const) {
		const folders = [recipe[field]]
			.flat()
			.filter((each) => each !== undefined)
			.map(budgetFolder)
		if (new Set(folders).size < folders.length) yield [field, "shares that differ: each has a folder of its own"]
	}
	if (latency === undefined) {
		for (const field of ["latencyTable", "batch", "length", "precision", "latencySearch"] as const) {
			if (recipe[field] !== undefined) yield [field, "absent without `latency`"]
		}
	} else if (widths === "uniform") yield ["widths", "searched with `latency`"]
	if (recipe.precision === "int8" && recipe.runtime === "tfjs") yield ["precision", "fp32 with `runtime` tfjs"]
	if (latencySearch === "piecewise" && minHeads > 0) yield ["minHeads", "0 with `latencySearch` piecewise"]
	if (latencySearch === "piecewise" && protectLayers.length > 0)
		yield ["protectLayers", "empty with `latencySearch` piecewise"]
	if (latencySearch === "piecewise" && !importances[recipe.importance].hasGradients)
		yield ["latencySearch", `exact with \`importance\` ${recipe.importance}`]
}

const usesLoss = ({ importance }: ResolvedRecipe) => importances[importance].usesLoss

function* unlikeReference(recipe: ResolvedRecipe): Generator<[field: keyof ResolvedRecipe, expected: string]> {
	const { macs, maxDrop } = recipe
	const theirs = presets.kwon2022
	if (recipe.preset !== "kwon2022") yield ["preset", "kwon2022 with `strictReference`"]
	if ([macs].flat().includes(1)) yield ["macs", "below 1 with `strictReference`"]
	if (maxDrop !== undefined) yield ["maxDrop", "absent with `strictReference`"]
	if (recipe.latencySearch === "exact") yield ["latencySearch", "piecewise with `strictReference`"]
	for (const field of Object.keys(theirs) as (keyof typeof theirs)[]) {
		if (recipe[field] !== theirs[field]) yield [field, `${theirs[field]} with \`strictReference\``]
	}
	if (recipe.minHeads > 0) yield ["minHeads", "0 with `strictReference`"]
	if (recipe.protectLayers.length > 0) yield ["protectLayers", "empty with `strictReference`"]
}
