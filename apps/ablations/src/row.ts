import type { PruneResult } from "@winnow/orchestrator"
import { type } from "arktype"
import type { Family } from "./families.ts"
import { parsedLines } from "./json-lines.ts"

const natural = type("number.integer >= 0")
const metric = type("number | null")

const rowSchema = type({
	schema: "'winnow-ablation/1'",
	arm: "string",
	task: "string",
	seed: natural,
	macs: "number",
	score: { dense: metric, pruned: metric },
	change: { score: metric, low: metric, high: metric },
	guide: { measured: "number", predicted: metric, flipped: metric, samples: natural, source: "string" },
	share: "number",
	architecture: { heads: natural.array(), neurons: natural.array() },
	recipe: { "[string]": "unknown" },
	samples: { count: natural, sha256: "string" },
	model: { source: "string", sha256: "string" },
	seconds: "number",
	stages: type({ name: "string", seconds: "number", peakMiB: "number" }).array(),
	winnow: "string",
	commit: "string",
	date: "string",
	runtime: "string",
	machine: { cpu: "string", cores: natural, memoryGiB: "number", node: "string", platform: "string" },
})

/**
 * What came of one run, and all that is needed to judge or repeat it: a line of the rows file.
 *
 * - `arm`, `task`, `seed` and `macs` (the budget) name its cell in the table; `recipe` is the resolved one, every choice made
 * - `score`, `change` and `guide` as in winnow.json; `share` of the multiply-accumulates that were really kept
 * - `seconds` wall-clock of the run, with what it shares with other budgets divided among them; `stages` as in winnow.json: with the
 *   shared ones in each, and without statistics where an earlier arm had them
 * - `commit` of the source, `date` when the run ended, in UTC
 */
export type Row = typeof rowSchema.infer

/** Where the code that runs comes from. */
export interface Origin {
	readonly commit: string
}

export function rowOf(
	{ arm, task, seed }: Family,
	result: RowResult,
	{ commit, seconds, date }: Origin & { readonly seconds: number; readonly date: Date },
): Row {
	const { score, change, guide, macs, architecture, recipe, samples, model, stages, winnow, runtime, machine } = result
	return {
		schema: "winnow-ablation/1",
		arm,
		task,
		seed,
		// Every question gives its budgets as such shares.
		macs: recipe.macs!,
		score,
		change,
		// The data of every question have rows to spare: it was measured.
		guide: { ...guide, measured: guide.measured!, source: guide.source! },
		share: macs.share,
		architecture,
		recipe: { ...recipe },
		samples: { count: samples.indices.length, sha256: samples.sha256 },
		model: { source: model.source, sha256: model.sha256 },
		seconds,
		stages,
		winnow,
		commit,
		date: date.toISOString(),
		runtime,
		machine,
	}
}

/** What a row takes from a result. */
export type RowResult = Pick<
	PruneResult,
	| "score"
	| "change"
	| "guide"
	| "macs"
	| "architecture"
	| "recipe"
	| "samples"
	| "model"
	| "stages"
	| "winnow"
	| "runtime"
	| "machine"
>

/** @throws {InvalidInputError} naming the line and what is wrong with it */
export function rowsOf(text: string, file: string): readonly Row[] {
	return parsedLines(rowSchema, text, file)
}
