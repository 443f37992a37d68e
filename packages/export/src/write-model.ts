import { copyFile, mkdir } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import type { TransformerEncoder } from "@winnow/encoder"
import { writeOnnx } from "@winnow/runtime"
import type { Run } from "@winnow/tensor"
import { type Format, formatFiles } from "./formats.ts"
import { autoMapOf, writePythonLoader } from "./python-loader.ts"

export interface ModelParts extends Pick<Run, "signal"> {
	/** Where the tokenizer's files are copied from, and their names. */
	readonly tokenizer: { readonly folder: string; readonly files: readonly string[] }
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
 * await writeModel(folder, { encoder, tokenizer: { folder: model, files: tokenizer.files }, formats })
 */
export async function writeModel(
	folder: string,
	encoder: TransformerEncoder,
	{ tokenizer, formats, mostBytes, signal }: ModelParts,
): Promise<void> {
	for (const name of tokenizer.files) await copyFile(join(tokenizer.folder, name), join(folder, name))
	const beside: string[] = []
	for (const format of formats) {
		signal?.throwIfAborted()
		const path = join(folder, formatFiles[format])
		await mkdir(dirname(path), { recursive: true })
		const files = await writeOnnx(encoder.graphs.served(), path, { precision: format, mostBytes })
		if (files.length > 1) beside.push(basename(path))
	}
	signal?.throwIfAborted()
	await encoder.save(folder, {
		...(encoder.isSlim ? { auto_map: autoMapOf(encoder.transformersClass) } : {}),
		...externalDataFields(beside),
	})
	if (encoder.isSlim) await writePythonLoader(folder)
}

/** Transformers.js fetches the weights beside an ONNX file where config.json says that there are some. */
function externalDataFields(files: readonly string[]): object {
	if (files.length === 0) return {}
	const counts = Object.fromEntries(files.map((file) => [file, 1]))
	return { "transformers.js_config": { use_external_data_format: counts } }
}
