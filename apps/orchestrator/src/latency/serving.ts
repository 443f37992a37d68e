import { type LatencySetting, type LatencyTable, latencyModel, profileLatency } from "@winnow/latency-profiler"
import type { Runtime } from "@winnow/runtime"
import type { CostModel, Sublayer } from "@winnow/tensor"
import { thisMachine } from "../measure/machine.ts"
import type { StageLog } from "../measure/stage-log.ts"
import type { NotedRun } from "../noted-run.ts"
import { settingOf } from "../prepare/latency-table.ts"
import type { PruneJob } from "../prepare/prune-job.ts"
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
