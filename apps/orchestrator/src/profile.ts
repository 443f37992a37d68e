import { type LatencySetting, type LatencyTable, profileLatency, settingName } from "@winnow/latency-profiler"
import { noteNoise } from "./latency/note-noise.ts"
import { thisMachine } from "./measure/machine.ts"
import type { NotedRun } from "./noted-run.ts"
import { checkServing, usualLength } from "./prepare/check-numbers.ts"
import { openModel, sourceOf } from "./prepare/open-model.ts"
import { type ProfileRequest, type ResolvedProfile, resolveProfile } from "./request/profile-request.ts"
import { refuseWrongCall } from "./request/refuse-wrong-call.ts"
import type { ServedPrecision } from "./request/served-precisions.ts"
import { winnowVersion } from "./version.ts"

/**
 * Measures what a model's sublayers cost in milliseconds at every width, here, and as the request says it is served.
 *
 * As a file the tables go where models are pruned: `latencyTable` of a recipe.
 *
 * @returns one table for each combination of precision, threads, batch and length
 * @throws {InvalidInputError | UnsupportedError} with one line that says what is wrong; `signal.reason` when aborted
 * @example
 * const [table] = await profile({ model: "minilm-sst2", batch: 1, length: 128, threads: 1 })
 */
export async function profile(request: ProfileRequest, run: NotedRun = {}): Promise<readonly LatencyTable[]> {
	refuseWrongCall("profile", request, run)
	const { threads, precision, ...rest } = resolveProfile(request)
	const tables: LatencyTable[] = []
	for (const numbers of precision) {
		for (const count of threads) tables.push(...(await profiled({ ...rest, threads: count, precision: numbers }, run)))
	}
	return tables
}

/** A request of which one runtime can measure everything. */
interface OfOneRuntime extends Omit<ResolvedProfile, "threads" | "precision"> {
	readonly threads: number
	readonly precision: ServedPrecision
}

async function profiled(
	{ model, runtime, ...settings }: OfOneRuntime,
	{ signal, onProgress, onNote }: NotedRun,
): Promise<readonly LatencyTable[]> {
	const { threads, precision } = settings
	const open = await openModel(model, { runtime, threads, precision, signal, onProgress, onNote })
	try {
		const { encoder } = open
		const about = { name: sourceOf(open), machine: { ...thisMachine() }, winnow: winnowVersion, signal }
		const tables: LatencyTable[] = []
		const { length = [usualLength(encoder.architecture)] } = settings
		const all = settingsOf({ ...settings, length })
		for (const setting of all) checkServing(setting, encoder.architecture, "profile")
		for (const setting of all) {
			const watched = onProgress && {
				onProgress: (each: Parameters<typeof onProgress>[0]) => onProgress(named(each, setting)),
			}
			const table = await profileLatency(encoder.stopwatch(setting), encoder, { ...about, ...watched, setting })
			noteNoise(table, onNote)
			tables.push(table)
		}
		return tables
	} finally {
		await open.close()
	}
}

function settingsOf({
	batch,
	length,
	threads,
	precision,
}: Omit<OfOneRuntime, "model" | "length"> & { readonly length: readonly number[] }): readonly LatencySetting[] {
	return batch.flatMap((inputs) => length.map((tokens) => ({ batch: inputs, length: tokens, threads, precision })))
}

/** Which of several settings is being measured. */
function named<Progress extends { readonly stage: string }>(progress: Progress, setting: LatencySetting): Progress {
	return { ...progress, stage: `${settingName(setting)}: ${progress.stage}` }
}
