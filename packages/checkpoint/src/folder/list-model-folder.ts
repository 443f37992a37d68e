import { readdir } from "node:fs/promises"
import { InvalidInputError, UnsupportedError } from "@winnow/tensor"
import { systemCode, systemError } from "../files/system-error.ts"
import { readsAsId } from "../hub/hub-repo.ts"
import { otherWeights, unusualName } from "./other-weights.ts"

export const singleFile = "model.safetensors"
export const indexFile = "model.safetensors.index.json"

const adapterFiles = ["adapter_config.json", "adapter_model.safetensors", "adapter_model.bin"]

/**
 * The file names of a folder that holds a model in safetensors.
 *
 * @throws {InvalidInputError} when there is no such folder, no config.json or no weights
 * @throws {UnsupportedError} for what holds a model in another way: a name on the Hub, an adapter, weights of PyTorch, TensorFlow, Flax or ONNX
 */
export async function listModelFolder(folder: string): Promise<ReadonlySet<string>> {
	const names = new Set(await readdir(folder).catch((error) => Promise.reject(notAFolder(error, folder))))
	const hasWeights = names.has(singleFile) || names.has(indexFile)
	if (!hasWeights) refuseAdapter(folder, names)
	if (!names.has("config.json")) throw new InvalidInputError(folder, "config.json", "in the model folder", "missing")
	if (!hasWeights) throw withoutWeights(folder, names)
	return names
}

function notAFolder(error: unknown, folder: string): unknown {
	const code = systemCode(error)
	if (code === "ENOTDIR") return new InvalidInputError(folder, "the model", "a folder", "a file")
	if (code === "ENOENT" && folder.includes("/") && readsAsId(folder)) {
		const hint = `to use a model of that name on the Hugging Face Hub, run \`hf download ${folder} --local-dir DIR\` and give DIR`
		return new UnsupportedError(folder, `no such local folder, and only local folders are opened here: ${hint}`)
	}
	return systemError(error, folder, "the model", "a readable folder")
}

/** @throws {UnsupportedError} when the files are those of an adapter */
export function refuseAdapter(folder: string, names: ReadonlySet<string>): void {
	const adapter = adapterFiles.find((name) => names.has(name))
	if (adapter === undefined) return
	const hint = "merge it into its base model first (PEFT: merge_and_unload, then save_pretrained)"
	throw new UnsupportedError(folder, `this is an adapter (${adapter}), not a model: ${hint}`)
}

function withoutWeights(folder: string, names: ReadonlySet<string>): Error {
	const other = otherWeights(names)
	if (other === undefined) {
		const unusual = unusualName(names)
		const actual = unusual === undefined ? "missing" : `missing, but ${unusual} is there`
		return new InvalidInputError(folder, singleFile, "in the model folder", actual)
	}
	const { file, command, needs } = other
	const remedy =
		command === undefined
			? "give the folder of the model that it was exported from"
			: `convert it in that folder first${needs === undefined ? "" : `, with ${needs}`}: ${command}`
	return new UnsupportedError(folder, `${file} is not read, only safetensors: ${remedy}`)
}
