import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import type { TransformerEncoder } from "@winnow/encoder"
import { writeOnnx } from "@winnow/runtime"
import type { Run } from "@winnow/tensor"
import { completeFiles } from "@winnow/tokenizer"
import { type Format, formatFiles } from "./formats.ts"
import { autoMapOf, writePythonLoader } from "./python-loader.ts"

export interface ModelParts extends Pick<Run, "signal"> {
	/** The folder that the tokenizer is in. */
	readonly tokenizer: string
	/** ONNX files to write. */
	readonly formats: readonly Format[]
	/** Bytes of weights from which on an ONNX file keeps them beside itself: see `writeOnnx`. */
	readonly mostBytes?: number
}

/**
 * Writes what runs a model into an existing folder: config.json, model.safetensors, the tokenizer, ONNX files, and for Transformers the
 * classes of a slim one.
 *
 * @throws {InvalidInputError} when a weight is beyond the range of a precision; `signal.reason` between files of an abort
 * @example
 * await writeModel(folder, encoder, { tokenizer: "models/minilm-sst2", formats })
 */
export async function writeModel(
	folder: string,
	encoder: TransformerEncoder,
	{ tokenizer, formats, mostBytes, signal }: ModelParts,
): Promise<void> {
	await writeTokenizer(folder, encoder, tokenizer)
	const beside: string[] = []
	const graph = encoder.graphs.served()
	for (const format of formats) {
		signal?.throwIfAborted()
		const path = join(folder, formatFiles[format])
		await mkdir(dirname(path), { recursive: true })
		const files = await writeOnnx(graph, path, { precision: format, mostBytes })
		if (files.length > 1) beside.push(basename(path))
	}
	signal?.throwIfAborted()
	await encoder.save(folder, {
		...(encoder.isSlim ? { auto_map: autoMapOf(encoder.transformersClass) } : {}),
		// What the input says of its ONNX files is not true of these.
		[transformersJs]: undefined,
		...(beside.length > 0 ? externalData(beside) : {}),
	})
	if (encoder.isSlim) await writePythonLoader(folder)
}

async function writeTokenizer(folder: string, encoder: TransformerEncoder, from: string): Promise<void> {
	const { modelType, architecture } = encoder
	const { copied, written } = await completeFiles(from, { modelType, maxLength: architecture.positions })
	for (const name of copied) await copyFile(join(from, name), join(folder, name))
	for (const [name, text] of Object.entries(written)) await writeFile(join(folder, name), text)
}

/** Takes one file out of what config.json says of weights beside ONNX files. */
export async function forgetExternalData(folder: string, file: string): Promise<void> {
	const path = join(folder, "config.json")
	const config = JSON.parse(await readFile(path, "utf8")) as Partial<ReturnType<typeof externalData>>
	const { [file]: forgotten, ...others } = config[transformersJs]?.use_external_data_format ?? {}
	if (forgotten === undefined) return
	const left = Object.keys(others).length > 0 ? { [transformersJs]: { use_external_data_format: others } } : {}
	const { [transformersJs]: _, ...rest } = config
	await writeFile(path, `${JSON.stringify({ ...rest, ...left }, null, 2)}\n`)
}

/** Transformers.js fetches the weights beside an ONNX file where config.json says that there are some. */
function externalData(files: readonly string[]) {
	return { [transformersJs]: { use_external_data_format: Object.fromEntries(files.map((file) => [file, 1])) } }
}

const transformersJs = "transformers.js_config"
