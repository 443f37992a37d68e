import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { replaceFolder } from "@winnow/checkpoint"
import type { TransformerEncoder } from "@winnow/encoder"
import { type FormScoring, foreignIn } from "@winnow/export"
import type { Score } from "@winnow/glue-eval"
import type { LatencyTable } from "@winnow/latency-profiler"
import { finishFolder, formsOf } from "../finish/finish-folder.ts"
import type { NotedRun } from "../noted-run.ts"
import { sourceOf } from "../prepare/open-model.ts"
import { outputBytes } from "../prepare/output-bytes.ts"
import type { PruneJob } from "../prepare/prune-job.ts"
import type { Evidence } from "../presets/method.ts"
import { pruningOf } from "./card-of.ts"
import { writeEvidence } from "./curves-file.ts"
import type { PruneResult } from "./prune-result.ts"
import { readableJson } from "./readable-json.ts"
import type { Unfinished } from "./result-of.ts"

/**
 * Writes the folder of a finished run, verified, or nothing: the model in all its forms, curves, what latencies were measured for it, and
 * the record.
 *
 * @returns the result with what the folder holds
 */
export async function writeResult(
	result: Unfinished,
	{
		job,
		out,
		slim,
		evidence,
		scoring,
		table,
		...run
	}: {
		readonly job: PruneJob
		readonly out: string
		readonly slim: TransformerEncoder
		readonly evidence: Evidence
		/** What scores the forms, where there is a task. */
		readonly scoring: FormScoring<Score> | undefined
		/** Of latencies that were measured for this run. */
		readonly table?: LatencyTable | undefined
	} & NotedRun,
): Promise<PruneResult> {
	const { recipe, subject, key, formats } = job
	const { sublayers } = subject.encoder
	const source = { name: sourceOf(subject), isOnHub: subject.hub !== undefined }
	const finished = {
		encoder: slim,
		tokenizer: subject.folder.folder,
		formats,
		threads: recipe.threads,
		scoring,
		card: { name: `${source.name}, pruned`, source, pruning: pruningOf(result) },
		...run,
	}
	let written: PruneResult | undefined
	const build = async (folder: string) => {
		await writeEvidence(folder, evidence, { key, sublayers, keepGradients: recipe.keepGradients })
		if (table !== undefined) await writeFile(join(folder, "latency.json"), readableJson(table))
		written = await finishFolder(folder, finished, ({ files, ...forms }) => ({ ...result, ...formsOf(forms), files }))
	}
	const bytes = outputBytes(slim, { source: subject, formats })
	await replaceFolder(out, build, { foreignIn, bytes, ...run })
	return written!
}
