import { join } from "node:path"
import { ShapeError } from "@winnow/tensor"
import { replaceFile, writeFully } from "../files/replace-file.ts"
import { type StoredTensor, writeSafetensors } from "../safetensors/write-safetensors.ts"

/** The two files that make a model. */
export interface ModelFiles {
	/** What config.json shall hold, keys in the order given. */
	readonly config: object
	readonly tensors: Iterable<StoredTensor>
}

/**
 * Writes model.safetensors and config.json into an existing folder. The same model makes the same bytes.
 *
 * @throws {InvalidInputError} when a weight cannot be encoded or the folder cannot be written
 * @throws {ShapeError} when tensors do not fit their shapes or the configuration has a number that JSON cannot express
 * @example
 * await writeModelFiles(folder, { config: { model_type: "bert" }, tensors })
 */
export async function writeModelFiles(folder: string, { config, tensors }: ModelFiles): Promise<void> {
	const json = Buffer.from(`${JSON.stringify(config, refuseNonFinite, 2)}\n`)
	await writeSafetensors(join(folder, "model.safetensors"), tensors)
	await replaceFile(join(folder, "config.json"), (handle) => writeFully(handle, json))
}

/** `JSON.stringify` would write NaN as null. */
function refuseNonFinite(key: string, value: unknown): unknown {
	if (typeof value !== "number" || Number.isFinite(value)) return value
	throw new ShapeError("writeModelFiles", `${key} of the configuration`, "a finite number", value)
}
