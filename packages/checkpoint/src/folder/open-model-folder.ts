import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { systemError } from "../files/system-error.ts"
import { parseJsonObject } from "../json/parse-json-object.ts"
import { openSafetensors, type SafetensorsFile } from "../safetensors/open-safetensors.ts"
import type { TensorInfo } from "../safetensors/parse-header.ts"
import { indexFile, listModelFolder, singleFile } from "./list-model-folder.ts"
import { type ModelConfig, parseModelConfig } from "./model-config.ts"
import { readShardIndex, refuseOtherTensors } from "./shard-index.ts"

/** An open folder in Hugging Face's layout: config.json and weights in one safetensors file or several. */
export interface ModelFolder {
	readonly folder: string
	readonly config: ModelConfig
	/** Every tensor of every weight file. */
	readonly tensors: ReadonlyMap<string, TensorInfo>
	/** Names of the weight files, sorted. */
	readonly weightFiles: readonly string[]
	/** Sum of their sizes. */
	readonly bytes: number
	/** A weight as float32, row-major, checked to be finite; its shape is in `tensors`. */
	read(name: string): Promise<Float32Array>
	/** SHA-256, in hexadecimal, of the bytes of the weight files in the order of their names, then of config.json. */
	sha256(): Promise<string>
	/** Closes the files; nothing can be read afterwards. */
	close(): Promise<void>
}

/**
 * Opens a model folder; weights are read when asked for.
 *
 * As in Transformers, a model.safetensors wins over a model.safetensors.index.json beside it.
 *
 * @throws {InvalidInputError} naming the file and the tensor or field: a missing or malformed file, an index that its shards contradict
 * @throws {UnsupportedError} for a name on the Hub, an adapter or a pytorch_model.bin, saying what to do first
 * @example
 * const model = await openModelFolder("models/minilm-sst2")
 * const weights = await model.read("classifier.weight")
 * await model.close()
 */
export async function openModelFolder(folder: string): Promise<ModelFolder> {
	const names = await listModelFolder(folder)
	const configPath = join(folder, "config.json")
	const configBytes = await readFile(configPath).catch((error) => {
		throw systemError(error, configPath, "the file", "readable")
	})
	const config = parseModelConfig(parseJsonObject(configBytes, configPath), configPath)
	const files = await (names.has(singleFile) ? openAll(folder, [singleFile]) : openShards(folder, names))
	return modelOf(folder, config, configBytes, files)
}

type WeightFiles = ReadonlyMap<string, SafetensorsFile>

async function openShards(folder: string, names: ReadonlySet<string>): Promise<WeightFiles> {
	const path = join(folder, indexFile)
	const index = await readShardIndex(path)
	const shards = [...new Set(index.values())].sort()
	const missing = shards.find((shard) => !names.has(shard))
	if (missing !== undefined) throw new InvalidInputError(path, `shard ${missing}`, "in the folder", "missing")
	const files = await openAll(folder, shards)
	try {
		refuseOtherTensors(index, files, path)
		return files
	} catch (error) {
		await closeAll(files)
		throw error
	}
}

async function openAll(folder: string, names: readonly string[]): Promise<WeightFiles> {
	const files = new Map<string, SafetensorsFile>()
	try {
		for (const name of names) files.set(name, await openSafetensors(join(folder, name)))
		return files
	} catch (error) {
		await closeAll(files)
		throw error
	}
}

async function closeAll(files: WeightFiles): Promise<void> {
	await Promise.all(Array.from(files.values(), (file) => file.close()))
}

function modelOf(folder: string, config: ModelConfig, configBytes: Uint8Array, files: WeightFiles): ModelFolder {
	const opened = [...files.values()]
	const holders = new Map(opened.flatMap((file) => Array.from(file.tensors.keys(), (name) => [name, file] as const)))
	return {
		folder,
		config,
		tensors: new Map(opened.flatMap((file) => [...file.tensors])),
		weightFiles: [...files.keys()],
		bytes: opened.reduce((sum, file) => sum + file.bytes, 0),
		async read(name) {
			const holder = holders.get(name)
			if (holder !== undefined) return holder.readWeights(name)
			throw new InvalidInputError(folder, `tensor ${JSON.stringify(name)}`, "in the model", "missing")
		},
		async sha256() {
			const hash = createHash("sha256")
			for (const file of opened) for await (const block of file.blocks()) hash.update(block)
			return hash.update(configBytes).digest("hex")
		},
		close: () => closeAll(files),
	}
}
