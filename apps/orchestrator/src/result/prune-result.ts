import { type } from "arktype"
import { type Choices, choicesSchema } from "../request/recipe.ts"
import { cutTexts } from "./cut-texts.ts"
import { form, leftOutForm } from "./export-record.ts"
import { fileSplit } from "./file-split.ts"
import { hubData, metric, metrics, natural, naturals, numbers, weightDtype } from "./parts.ts"

const repair = type({
	kind: "'attention' | 'ffn'",
	layer: natural,
	side: "'input' | 'output'",
	units: natural,
	outcome: "'tuned' | 'kept'",
	"reason?": "string",
	"explanation?": "string",
	"residualBefore?": "number",
	"residualAfter?": "number",
	"heldOutBefore?": "number",
	"heldOutAfter?": "number",
	"damping?": "number",
	"iterations?": natural,
	"istop?": natural,
})

/** Earlier versions wrote `calibration`, the sample itself, where nothing else was there. */
const source = "'test' | 'rest' | 'held-back' | 'calibration' | null"

const timing = { ms: "number", p10: "number", p90: "number" } as const

const latency = type({
	batch: natural,
	length: natural,
	threads: natural,
	precision: "string",
	dense: "number",
	pruned: "number",
	share: "number",
	isMeasured: "boolean",
	predicted: { dense: "number", pruned: "number", share: "number" },
	"runs?": { dense: timing, pruned: timing },
	trials: type({ asked: "number", predicted: "number", measured: "number" }).array(),
	"rival?": { isChosen: "boolean", guide: { searched: "number", rival: "number" } },
	table: {
		source: "'measured' | 'file'",
		runtime: "string",
		clock: "string",
		"machine?": { "[string]": "string | number" },
		dense: "number",
		fixed: "number",
		noise: "number",
		checks: type({ predicted: "number", measured: "number" }).array(),
	},
})

/** winnow.json: what was done to a model, and what came of it. */
export const pruneResultSchema = type({
	schema: "'winnow-result/1'",
	winnow: "string",
	model: {
		source: "string",
		"revision?": "string",
		sha256: "string",
		bytes: natural,
		heads: naturals,
		neurons: naturals,
	},
	"data?": hubData,
	task: "string | null",
	recipe: choicesSchema,
	"fileSplit?": fileSplit,
	samples: { indices: naturals, sha256: "string", "isListed?": "boolean" },
	"cut?": cutTexts,
	"scoredOn?": { split: "string", samples: natural },
	score: { dense: metric, pruned: metric },
	metrics: { dense: metrics, pruned: metrics },
	change: { score: metric, low: metric, high: metric },
	guide: { measured: "number | null", predicted: "number | null", flipped: "number | null", samples: natural, source },
	"maxDrop?": {
		points: "number",
		samples: natural,
		dense: "number",
		trials: type({ share: "number", score: metric }).array(),
	},
	macs: { length: "number", dense: "number", pruned: "number", share: "number" },
	"latency?": latency,
	parameters: { dense: natural, pruned: natural },
	architecture: { heads: naturals, neurons: naturals },
	"weights?": {
		dtype: weightDtype,
		"rounding?": {
			dtype: weightDtype,
			before: "number | null",
			after: "number | null",
			"floor?": "number | null",
			"refused?": "string",
		},
	},
	kept: naturals.array(),
	"scales?": numbers.array(),
	repairs: repair.array(),
	"forward?": { samples: natural, repeats: natural, seconds: { dense: "number", pruned: "number" }, speedup: "number" },
	stages: type({ name: "string", seconds: "number", peakMiB: "number" }).array(),
	runtime: "string",
	machine: { cpu: "string", cores: natural, memoryGiB: "number", node: "string", platform: "string" },
	"forms?": form.array(),
	"leftOut?": leftOutForm.array(),
	files: { "[string]": natural },
})

/**
 * What `prune` resolves to and winnow.json holds.
 *
 * - `winnow` version that did it; `model.source` name of the input's folder, `model.sha256` of its weights and configuration
 * - `model.revision`, `data` where they came from the Hugging Face Hub: the commits, which give the same files for ever
 * - `task` null where the model was pruned on texts alone
 * - `fileSplit` how many rows of one file became the train, dev and test split, as `seed` says; absent where each has its file
 * - `cut` how many (`count`) of the `texts` that were looked at were longer than `length` tokens, and cut there; absent where long ones are
 *   read in windows
 * - `scoredOn` the split that scores are of, and how many rows or questions it has
 * - `score` the main metric, 0 to 1 (correlations from -1), null where it is undefined or there is no task; `metrics` all of them
 * - `change.score` of the main metric, pruned less dense, and the 95 % interval of a paired bootstrap over dev samples, `low` to `high`
 * - `guide.measured` root mean square difference of the logits from the dense model's, over `samples` and logits, on text of `source`:
 *   the `test` split, the `rest` of the rows that were sampled from, or those that were `held-back` because there are fewer than were asked
 *   for. `measured` and `source` are null where every row was calibrated on; earlier versions measured on the `calibration` sample then.
 *   `predicted` by the removal curves, null where they predict something else; `flipped` share of samples with another class, null with a
 *   single logit or where nothing was measured
 * - `maxDrop` which shares were tried for it, and their scores on held-out training rows
 * - `macs` per sample at `length` tokens, as the cost model counts them
 * - `latency` where it was the budget, in milliseconds: `dense` and `pruned` model side by side, `share` the median ratio of neighbouring
 *   runs; `isMeasured` false where the table is another machine's, and these are what it says. `predicted` by the table, `runs` how single
 *   runs scatter, `trials` the shares that were searched for until one measured up to the budget, `rival` the plan under multiply-
 *   accumulates that is as fast, where it came near: how far both models were from the dense one, measured as `guide` is, and whether it was taken,
 *   `table` what was known of latencies
 * - `model.heads`, `model.neurons` widths of the input model per layer; `architecture` those kept
 * - `weights.dtype` of the weight file; `rounding` where weights were rounded to half precision, or were not because it was `refused`: how
 *   far the logits were from the dense model's `before` and `after`, measured as `guide` is, and the `floor` below which that is nothing:
 *   1e-3 of the root mean square of the dense model's logits (of spans: log-probabilities). Everything else is of the weights in the file
 * - `kept` unit indices of the input model, per sublayer in model order: attention 0, FFN 0, attention 1, ...
 * - `scales` factor that repair `scale` gave each kept unit, folded into the weights; in the order of `kept`
 * - `repairs` what happened to each site, and why where it was kept as it was
 * - `samples` rows of the train split that were looked at, in order, and the SHA-256 of their tokens; `isListed` where a file listed them, and
 *   no seed drew them
 * - `stages` seconds and highest resident memory; `forward` time of one pass over some dev samples, side by
 *   side, absent without `timing`
 * - `forms` ONNX files, and by how much their logits differed from those of the safetensors on 64 random token sequences: `largest` and
 *   root mean square difference, and what one of them was `allowed` to be; with a task, what they score on the split of `score`
 * - `leftOut` ONNX files that were not sound by these, and are not in the folder: the `reason`
 * - `files` bytes of what the folder holds besides winnow.json and the checksums
 */
export type PruneResult = Omit<typeof pruneResultSchema.infer, "recipe"> & { readonly recipe: Choices }
