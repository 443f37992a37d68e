import { readdir, readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { replaceFolder } from "@winnow/checkpoint"
import type { TransformerEncoder } from "@winnow/encoder"
import type { LatencyTable } from "@winnow/latency-profiler"
import { isResult } from "../prepare/check-output.ts"
import type { PruneJob } from "../prepare/prune-job.ts"
import type { Evidence } from "../presets/method.ts"
import { writeEvidence } from "./curves-file.ts"
import type { PruneResult } from "./prune-result.ts"
import { readableJson } from "./readable-json.ts"

/**
 * Writes the folder of a finished run, or nothing: model, tokenizer, curves, what latencies were measured for it, and winnow.json.
 *
 * @returns the result with the sizes of the files written
 */
export async function writeResult(
	result: Omit<PruneResult, "files">,
	{
		job,
		out,
		slim,
		evidence,
		table,
		signal,
	}: {
		readonly job: PruneJob
		readonly out: string
		readonly slim: TransformerEncoder
		readonly evidence: Evidence
		/** Of latencies that were measured for this run. */
		readonly table?: LatencyTable | undefined
		readonly signal?: AbortSignal | undefined
	},
): Promise<PruneResult> {
	const { recipe, subject, key } = job
	const { sublayers } = subject.encoder
	let finished: PruneResult | undefined
	const build = async (folder: string) => {
		await slim.save(folder)
		for (const name of subject.tokenizer.files) {
			await writeFile(join(folder, name), await readFile(join(subject.folder.folder, name)))
		}
		await writeEvidence(folder, evidence, { key, sublayers, keepGradients: recipe.keepGradients })
		if (table !== undefined) await writeFile(join(folder, "latency.json"), readableJson(table))
		finished = { ...result, files: await sizesOf(folder) }
		await writeFile(join(folder, "winnow.json"), readableJson(finished))
	}
	await replaceFolder(out, build, { isOurs: isResult, signal })
	return finished!
}

async function sizesOf(folder: string): Promise<Record<string, number>> {
	const names = (await readdir(folder)).toSorted()
	return Object.fromEntries(await Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).size])))
}
