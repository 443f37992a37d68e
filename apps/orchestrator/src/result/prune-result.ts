import { type } from "arktype"
import { type Choices, choicesSchema } from "../request/recipe.ts"
import { metric, metrics, natural, naturals, numbers } from "./parts.ts"

const repair = type({
	kind: "'attention' | 'ffn'",
	layer: natural,
	units: natural,
	outcome: "'tuned' | 'kept'",
	"reason?": "string",
	"explanation?": "string",
	"residualBefore?": "number",
	"residualAfter?": "number",
	"damping?": "number",
	"iterations?": natural,
	"istop?": natural,
})

/** winnow.json: what was done to a model, and what came of it. */
export const pruneResultSchema = type({
	schema: "'winnow-result/1'",
	winnow: "string",
	model: { source: "string", sha256: "string", bytes: natural, heads: naturals, neurons: naturals },
	task: "string",
	recipe: choicesSchema,
	samples: { indices: naturals, sha256: "string" },
	score: { dense: metric, pruned: metric },
	metrics: { dense: metrics, pruned: metrics },
	macs: { length: "number", dense: "number", pruned: "number", share: "number" },
	parameters: { dense: natural, pruned: natural },
	architecture: { heads: naturals, neurons: naturals },
	kept: naturals.array(),
	scales: numbers.array(),
	repairs: repair.array(),
	forward: { samples: natural, repeats: natural, seconds: { dense: "number", pruned: "number" }, speedup: "number" },
	stages: type({ name: "string", seconds: "number", peakMiB: "number" }).array(),
	runtime: "string",
	machine: { cpu: "string", cores: natural, memoryGiB: "number", node: "string", platform: "string" },
	files: { "[string]": natural },
})

/**
 * What `prune` resolves to and winnow.json holds.
 *
 * - `winnow` version that did it; `model.source` name of the input's folder, `model.sha256` of its weights and configuration
 * - `score` the main metric, 0 to 1 (correlations from -1), null where it is undefined; `metrics` all of them
 * - `macs` per sample at `length` tokens, as the cost model counts them
 * - `model.heads`, `model.neurons` widths of the input model per layer; `architecture` those kept
 * - `kept` unit indices of the input model, per sublayer in model order: attention 0, FFN 0, attention 1, ...
 * - `scales` factor that repair gave each kept unit, folded into the weights; in the order of `kept`
 * - `repairs` what happened to each sublayer, and why where it was kept as it was
 * - `samples` rows of the train split that were looked at, in order, and the SHA-256 of their tokens
 * - `stages` seconds and highest resident memory; `forward` time of one pass over some dev samples, side by side
 * - `files` bytes of what the folder holds besides winnow.json
 */
export type PruneResult = Omit<typeof pruneResultSchema.infer, "recipe"> & { readonly recipe: Choices }
