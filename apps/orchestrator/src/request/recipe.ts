import { type } from "arktype"
import { importanceNames } from "../presets/importances.ts"
import { presetNames } from "../presets/presets.ts"
import { dtypeChoice } from "./dtypes.ts"
import { count, natural, seed, taskFields, text, threadCount } from "./fields.ts"
import { formatList } from "./formats.ts"
import { type LatencyBudget, latencyBudget } from "./latency-budget.ts"
import { runtimeNames } from "./runtime-names.ts"
import { servedPrecisions } from "./served-precisions.ts"

/** Where things are: relative to the current folder, and no part of what a result records. */
const places = {
	model: text("the model's folder, or its name on the Hugging Face Hub"),
	data: text("the folder or file of the task's data, or a file of texts"),
	out: text("the output folder"),
	"sampleIndices?": text("a file of row numbers"),
	"curves?": text("the curves.json of an earlier run"),
	"latencyTable?": text("the output of winnow profile"),
}

/** What the model is for. */
const subject = {
	"task?": text("the name of a task"),
	...taskFields,
}

const share = type("0 < number <= 1").describe("a share to keep, above 0 and at most 1")
const points = type("0 < number <= 100").describe("a number of points above 0 and at most 100")

/** How units are chosen and repaired; what is not said, the preset says. */
const method = {
	importance: type.enumerated(...importanceNames),
	loss: type("'logits' | 'task' | 'sampled'"),
	mu: type("0 < number <= 1").describe("a damping above 0 and at most 1"),
	widths: type("'searched' | 'uniform'"),
	rearrange: type("'once' | 'converge' | 'none'"),
	repair: type("'projection' | 'scale' | 'none'"),
	inputRepair: type("boolean"),
	lambda: type("0 < number <= 1").describe("a damping above 0 and at most 1"),
	inputLambda: type("0 < number <= 1").describe("a damping above 0 and at most 1"),
	rounds: type("1 <= number.integer <= 100").describe("a whole number from 1 to 100"),
} as const

/** What is done, whatever the method. */
const choices = {
	preset: type.enumerated(...presetNames).default("winnow"),
	samples: type("1 <= number.integer <= 10000000").describe("a whole number from 1 to 10,000,000").default(2048),
	"maxLength?": count,
	seed,
	minHeads: natural.describe("a natural number").default(0),
	protectLayers: natural
		.describe("the number of a layer, from 0")
		.array()
		.default(() => []),
	strictReference: type("boolean").default(false),
	keepGradients: type("boolean").default(false),
	timing: type("boolean").default(true),
	memory: count.default(4096),
	"formats?": formatList,
	dtype: dtypeChoice.default("auto"),
}

/** Only where latency is the budget. */
const serving = {
	"batch?": count,
	"length?": count,
	"precision?": type.enumerated(...servedPrecisions),
	"latencySearch?": type("'exact' | 'piecewise'"),
} as const

const runtime = type.enumerated(...runtimeNames)

const methodSchema = type(method)

/** Every choice that makes a method. */
export type MethodChoices = typeof methodSchema.infer

export const recipeSchema = type({
	...places,
	...subject,
	...choices,
	"macs?": share.or(share.array().atLeastLength(1)).describe("a share to keep, above 0 and at most 1"),
	"latency?": latencyBudget.or(latencyBudget.array().atLeastLength(1)).describe(latencyBudget.description),
	"speedup?": type("1 <= number <= 1000").describe("a factor from 1 to 1000"),
	...serving,
	"maxDrop?": points,
	"fewRows?": "boolean",
	"threads?": threadCount,
	"runtime?": runtime,
}).and(methodSchema.partial())

/**
 * What to prune and how. Every field is a flag of the command, too.
 *
 * - `model` folder of the model, `out` folder of the result
 * - `task` its task and `data` folder of the task's files; or `data` a file of texts without labels and `textColumns` their columns
 *   - `classification` or `regression`: files of your own (train.csv, dev.csv, test.csv, or .tsv, .jsonl, .parquet), whose columns are
 *     `textColumns` and `labelColumn`, and `labels` the labels' names where the model has none
 *   - all rows in one file: `data` names it, and 80 % of them become the train split, 10 % dev and 10 % test, as `seed` says
 * - `maxLength` tokens that texts are cut to; default: GLUE's of its tasks, else the tokenizer's or as many as the model has positions
 * - `macs` share of the multiply-accumulates to keep, in (0, 1]; or several, for a family: a folder each in `out`
 * - `latency` instead: share of the dense model's measured latency, or milliseconds ("12ms"); or several; `speedup` 2 is `latency` 0.5
 *   - served with `batch` inputs at a time (1), of `length` tokens each (128, or the model's positions), by `threads`, in `precision`:
 *     `fp32` (default), or `int8`,
 *     which is what is measured then; the weights that are pruned, scored and written stay what they are
 *   - `latencyTable` a file of `winnow profile`, made where the model will serve; without one, latency is measured here
 *   - `latencySearch`: `exact`, or `piecewise`, the straight lines of the paper (what `kwon2022` chooses)
 * - `maxDrop` instead: the smallest model whose main metric on held-out training rows drops by so many points at most; `fewRows` lets it
 *   judge on fewer than 200 rows (false)
 * - `preset` the method: `winnow` (default) or `kwon2022`. It decides what these say where they are not given:
 *   - `importance` of units: `kfac` (curvature with interactions), `fisher` (diagonal, by masks), `magnitude` or `random`
 *   - `loss` that is differentiated: `logits` and `sampled` need no labels, `task` does; `mu` damping of `kfac`
 *   - `widths`: `searched` under the budget, or `uniform` in all layers
 *   - `rearrange` passes of mask rearrangement, with `fisher`: `once`, `converge` (until nothing changes) or `none`
 *   - `repair` of what is kept: `projection`, `scale` or `none`; `inputRepair`, `lambda`, `inputLambda` (damping) are of projection
 *   - `rounds`: prune in so many steps, with importance measured again on what is left
 * - `minHeads` that every attention keeps at least (0), `protectLayers` that keep everything ([])
 * - `samples` how many training rows to calibrate on (2048), drawn with `seed` (0); or `sampleIndices`, a file that lists them. Of fewer
 *   rows all are drawn; without a test split an eighth of the rows, at least 8, is kept back to compare models on
 * - `strictReference` repeats the paper's code with its quirks, for comparison (false)
 * - `curves` the curves.json of an earlier run to search again; `keepGradients` (false) writes what rearrangement needs for that
 * - `timing` compares the speed of both models at the end (true); without it results lack `forward`
 * - `formats` ONNX files to write beside the safetensors: of `fp32`, `fp16`, `int8`; default: all, with TensorFlow.js none
 * - `dtype` of the weight file: `float32`, `float16`, `bfloat16`, or `auto`, what each tensor came in, unless rounding repaired ones to
 *   half precision moves the logits from the dense model's by more than 2 % more, and that is no trifle: then these stay float32 (`auto`)
 * - `memory` MiB that statistics may take at once (4096)
 * - `runtime` what runs the model, `onnx` or `tfjs`; default: the faster one that loads, which is `onnx`
 * - `threads` of the runtime; default: as many as there are processors
 */
export type Recipe = typeof recipeSchema.inferIn

const resolvedChoices = type({
	...subject,
	...choices,
	"macs?": share,
	"latency?": latencyBudget,
	...serving,
	"maxDrop?": points,
	"fewRows?": "boolean",
	threads: count,
	"runtime?": runtime,
})

/** The choices of one result. */
export const choicesSchema = resolvedChoices.and(methodSchema)

/** The choices of a resolved recipe: with places added, they make the same result again. */
export type Choices = typeof choicesSchema.inferOut

/** A recipe with every choice made. */
export type ResolvedRecipe = Omit<typeof recipeSchema.inferOut, "speedup"> &
	MethodChoices & { readonly threads: number }

/** What one result may cost. */
export type TargetBudget = { readonly macs: number } | { readonly latency: LatencyBudget }

/** @param budget - of the one result: a recipe may ask for several, or for whichever loses little enough */
export function choicesOf(recipe: ResolvedRecipe, budget: TargetBudget): Choices {
	const isPlace = (field: string) => field in places || `${field}?` in places
	const kept = Object.entries(recipe).filter(([field, value]) => !isPlace(field) && value !== undefined)
	return { ...Object.fromEntries(kept), ...budget } as Choices
}
