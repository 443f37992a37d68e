import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { replaceFolder } from "@winnow/checkpoint"
import type { TransformerEncoder } from "@winnow/encoder"
import type { LatencyTable } from "@winnow/latency-profiler"
import type { Run } from "@winnow/tensor"
import { finishFolder } from "../finish/finish-folder.ts"
import { isResult } from "../prepare/check-output.ts"
import { sourceOf } from "../prepare/open-model.ts"
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
 * @throws {WinnowError} when a form of the model does not compute what the safetensors do
 */
export async function writeResult(
	result: Unfinished,
	{
		job,
		out,
		slim,
		evidence,
		table,
		...run
	}: {
		readonly job: PruneJob
		readonly out: string
		readonly slim: TransformerEncoder
		readonly evidence: Evidence
		/** Of latencies that were measured for this run. */
		readonly table?: LatencyTable | undefined
	} & Run,
): Promise<PruneResult> {
	const { recipe, subject, key, formats } = job
	const { sublayers } = subject.encoder
	const source = { name: sourceOf(subject), isOnHub: subject.hub !== undefined }
	const finished = {
		encoder: slim,
		tokenizer: subject.folder.folder,
		formats,
		threads: recipe.threads,
		card: { name: `${source.name}, pruned`, source, pruning: pruningOf(result) },
		...run,
	}
	let written: PruneResult | undefined
	const build = async (folder: string) => {
		await writeEvidence(folder, evidence, { key, sublayers, keepGradients: recipe.keepGradients })
		if (table !== undefined) await writeFile(join(folder, "latency.json"), readableJson(table))
		written = await finishFolder(folder, finished, ({ files, forms }) => ({ ...result, forms: [...forms], files }))
	}
	await replaceFolder(out, build, { isOurs: isResult, signal: run.signal })
	return written!
}
