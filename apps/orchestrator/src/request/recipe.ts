import { type } from "arktype"
import { presetNames } from "../presets/preset-names.ts"
import { count, text } from "./fields.ts"
import { runtimeNames } from "./runtime-names.ts"

/** Where things are: relative to the current folder, and no part of what a result records. */
const places = {
	model: text("the model's folder"),
	data: text("the folder of the task's data"),
	out: text("the output folder"),
	"sampleIndices?": text("a file of row numbers"),
	"curves?": text("the curves.json of an earlier run"),
}

/** What is done. */
const choices = {
	task: text("the name of a task"),
	macs: type("0 < number <= 1").describe("a share to keep, above 0 and at most 1"),
	preset: type.enumerated(...presetNames).default("kwon2022"),
	samples: count.default(2048),
	seed: type("number.integer >= 0").describe("a natural number").default(0),
	strictReference: type("boolean").default(false),
	rearrange: type("'once' | 'converge' | 'none'").default("once"),
	keepGradients: type("boolean").default(false),
}

const runtime = type.enumerated(...runtimeNames)

export const recipeSchema = type({ ...places, ...choices, "threads?": count, "runtime?": runtime })

/**
 * What to prune and how. Every field is a flag of the command, too.
 *
 * - `model` folder of the model, `task` its task, `data` folder of the task's files, `out` folder of the result
 * - `macs` share of the multiply-accumulates to keep, in (0, 1]
 * - `preset` the method; default `kwon2022`
 * - `samples` how many training rows to calibrate on (2048), drawn with `seed` (0); or `sampleIndices`, a file that lists them
 * - `strictReference` repeats the paper's code with its quirks, for comparison (false)
 * - `rearrange` passes of mask rearrangement: `once`, `converge` (until nothing changes) or `none`
 * - `curves` the curves.json of an earlier run to search again; `keepGradients` (false) writes what rearrangement needs for that
 * - `runtime` what runs the model, `onnx` or `tfjs`; default: the faster one that loads, which is `onnx`
 * - `threads` of the runtime; default: as many as there are processors
 */
export type Recipe = typeof recipeSchema.inferIn

/** A recipe with every choice made. */
export type ResolvedRecipe = typeof recipeSchema.inferOut & { readonly threads: number }

export const choicesSchema = type({ ...choices, threads: count, "runtime?": runtime })

/** The choices of a resolved recipe: with places added, they make the same result again. */
export type Choices = typeof choicesSchema.inferOut

export function choicesOf(recipe: ResolvedRecipe): Choices {
	const isPlace = (field: string) => field in places || `${field}?` in places
	return Object.fromEntries(Object.entries(recipe).filter(([field]) => !isPlace(field))) as Choices
}
