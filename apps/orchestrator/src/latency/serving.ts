import {
	fittingTable,
	type LatencySetting,
	type LatencyTable,
	latencyModel,
	parseLatencyTables,
	profileLatency,
} from "@winnow/latency-profiler"
import type { Runtime } from "@winnow/runtime"
import type { CostModel, Sublayer } from "@winnow/tensor"
import { thisMachine } from "../measure/machine.ts"
import type { StageLog } from "../measure/stage-log.ts"
import type { NotedRun } from "../noted-run.ts"
import type { Subject } from "../prepare/open-subject.ts"
import type { PruneJob } from "../prepare/prune-job.ts"
import { parsedJson } from "../prepare/read-json.ts"
import { readText } from "../prepare/read-text.ts"
import type { ResolvedRecipe } from "../request/recipe.ts"
import { winnowVersion } from "../version.ts"
import { noteNoise } from "./note-noise.ts"

/** Where and how a pruned model is to run, and what its sublayers cost there. */
export interface Serving {
	readonly setting: LatencySetting
	readonly table: LatencyTable
	readonly source: "measured" | "file"
	/** Whether the table is of this machine and runtime: then models can be measured beside it. */
	readonly isHere: boolean
	/** What models are timed on. */
	readonly runtime: Runtime
}

/** What a recipe says of how its model is served. */
function settingOf({ batch = 1, length = 128, threads, precision = "fp32" }: ResolvedRecipe): LatencySetting {
	return { batch, length, threads, precision }
}

/**
 * The table that a recipe names, for the model and setting that it asks for.
 *
 * @throws {InvalidInputError} when the file is no table, or one of another model or setting
 */
export async function tableFromFile(
	path: string,
	{ encoder, recipe }: Pick<Subject, "encoder"> & { readonly recipe: ResolvedRecipe },
): Promise<LatencyTable> {
	const tables = parseLatencyTables(parsedJson(await readText(path), path), path)
	return fittingTable(tables, { model: encoder, setting: settingOf(recipe) }, path)
}

/** The table of a file, or one measured now. */
export async function servingOf(
	{ recipe, subject, model, servedOn: runtime, latencyTable: table }: PruneJob,
	{ stages, onNote }: { readonly stages: StageLog } & Pick<NotedRun, "onNote">,
): Promise<Serving> {
	const setting = settingOf(recipe)
	if (table !== undefined) return { setting, table, source: "file", isHere: isOfHere(table, runtime.name), runtime }
	const watch = subject.encoder.stopwatch({ ...setting, runtime })
	const about = { setting, name: model.source, machine: { ...thisMachine() }, winnow: winnowVersion }
	const measured = await stages.time("latency table", (run) =>
		profileLatency(watch, subject.encoder, { ...about, ...run }),
	)
	noteNoise(measured, onNote)
	return { setting, table: measured, source: "measured", isHere: true, runtime }
}

/** Cores and processors make latencies, and so do runtimes; of memory and Node little depends. */
function isOfHere({ machine, runtime }: LatencyTable, runtimeHere: string): boolean {
	const here = thisMachine()
	const same = (["cpu", "cores", "platform"] as const).every((field) => machine?.[field] === here[field])
	return same && runtime === runtimeHere
}

/** What units of a model, or of one pruned from it, cost where it is served. */
export function latencyCosts({ table }: Serving): (model: { readonly sublayers: readonly Sublayer[] }) => CostModel {
	return ({ sublayers }) => latencyModel(table, sublayers)
}
