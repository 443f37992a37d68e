import { copyFile, readFile } from "node:fs/promises"
import { join } from "node:path"
import { clearLeftovers, refuseFullDisk, replaceFolder, validated } from "@winnow/checkpoint"
import type { TransformerEncoder } from "@winnow/encoder"
import { type Format, foreignIn, formats } from "@winnow/export"
import { InvalidInputError } from "@winnow/tensor"
import { type Contents, finishFolder, formsOf } from "./finish/finish-folder.ts"
import type { NotedRun } from "./noted-run.ts"
import { checkOutput } from "./prepare/check-output.ts"
import { identityOf, type OpenModel, openModel, sourceOf } from "./prepare/open-model.ts"
import { outputBytes } from "./prepare/output-bytes.ts"
import { type ExportRequest, resolveExport } from "./request/export-request.ts"
import { refuseWrongCall } from "./request/refuse-wrong-call.ts"
import { pruningOf } from "./result/card-of.ts"
import type { ExportRecord } from "./result/export-record.ts"
import { type PruneResult, pruneResultSchema } from "./result/prune-result.ts"
import { winnowVersion } from "./version.ts"

/** Files of a pruned model's folder that are not made of the model: an export has them, too. */
const carried = ["curves.json", "latency.json"]

/**
 * Writes any encoder, pruned or not, as a finished folder: safetensors, ONNX files, model card, checksums, and what Transformers needs to
 * load a slim one. Every file is verified before the folder appears; an ONNX file that is not sound is left out, with a note.
 *
 * @returns what winnow.json of the new folder holds: the record of the pruning where Winnow pruned the model
 * @throws {InvalidInputError | UnsupportedError} with one line that says what to change; `signal.reason` within one batch of an abort
 * @example
 * await exportModel({ model: "bert-sst2", out: "out/bert-sst2", formats: ["fp32", "int8"] })
 */
export async function exportModel(request: ExportRequest, run: NotedRun = {}): Promise<ExportRecord | PruneResult> {
	refuseWrongCall("export", request, run)
	run.signal?.throwIfAborted()
	const { model, out, dtype, formats: asked, threads } = resolveExport(request)
	const chosen = formats.filter((format) => asked.includes(format))
	const open = await openModel(model, { runtime: "onnx", threads, ...run })
	try {
		await clearLeftovers(out, run)
		await checkOutput({ out, model: open.folder.folder })
		const bytes = outputBytes(open.encoder, { source: open, formats: chosen })
		await refuseFullDisk(out, bytes)
		return await written({ ...open, encoder: inDtype(open, dtype) }, { out, formats: chosen, bytes, threads, ...run })
	} finally {
		await open.close()
	}
}

/** @throws {InvalidInputError} when a weight is beyond the dtype's range */
function inDtype({ encoder, folder }: OpenModel, dtype: ReturnType<typeof resolveExport>["dtype"]): TransformerEncoder {
	const { encoder: rounded, overflow } = encoder.rounded(dtype === "auto" ? "source" : dtype)
	if (rounded !== undefined) return rounded
	throw new InvalidInputError(folder.folder, `${overflow.tensor} in ${dtype}`, "within its range", overflow.value)
}

async function written(
	open: OpenModel,
	{
		out,
		formats,
		bytes,
		threads,
		...run
	}: { out: string; formats: readonly Format[]; bytes: number; threads: number | undefined } & NotedRun,
): Promise<ExportRecord | PruneResult> {
	const { encoder, folder, hub } = open
	const earlier = await pruneResultIn(folder.folder)
	const name = earlier?.model.source ?? sourceOf(open)
	const source = { name, isOnHub: earlier ? earlier.model.revision !== undefined : hub !== undefined }
	const finished = {
		encoder,
		tokenizer: folder.folder,
		formats,
		threads,
		card: earlier ? { name: `${name}, pruned`, source, pruning: pruningOf(earlier) } : { name, source },
		...run,
	}
	const record = earlier ? (contents: Contents) => again(earlier, encoder, contents) : await exportRecord(open)
	let result: ExportRecord | PruneResult | undefined
	const build = async (target: string) => {
		for (const file of earlier ? carried : []) await copied(join(folder.folder, file), join(target, file))
		result = await finishFolder<ExportRecord | PruneResult>(target, finished, record)
	}
	await replaceFolder(out, build, { foreignIn, bytes, ...run })
	return result!
}

/** The record of the pruning, if Winnow pruned the model in this folder. */
async function pruneResultIn(folder: string): Promise<PruneResult | undefined> {
	const path = join(folder, "winnow.json")
	const text = await readFile(path, "utf8").catch(() => undefined)
	if (text === undefined) return undefined
	const json = JSON.parse(text) as { readonly schema?: unknown }
	return json.schema === "winnow-result/1" ? validated(pruneResultSchema, json, path) : undefined
}

function again(
	{ leftOut: _, weights, ...result }: PruneResult,
	{ dtype }: TransformerEncoder,
	{ files, ...forms }: Contents,
): PruneResult {
	return { ...result, weights: { ...weights, dtype }, ...formsOf(forms), files: { ...files } }
}

async function exportRecord(open: OpenModel): Promise<(contents: Contents) => ExportRecord> {
	const { architecture, parameters, dtype } = open.encoder
	const widths = { heads: [...architecture.heads], neurons: [...architecture.neurons] }
	const model = { ...(await identityOf(open)), ...widths }
	return ({ files, ...forms }) => ({
		schema: "winnow-export/1",
		winnow: winnowVersion,
		model,
		parameters,
		weights: { dtype },
		...formsOf(forms),
		files: { ...files },
	})
}

async function copied(from: string, to: string): Promise<void> {
	await copyFile(from, to).catch((error: NodeJS.ErrnoException) => {
		if (error.code !== "ENOENT") throw error
	})
}
