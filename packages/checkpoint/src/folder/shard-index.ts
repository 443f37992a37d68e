import { readFile } from "node:fs/promises"
import { InvalidInputError } from "@winnow/tensor"
import { type } from "arktype"
import { systemError } from "../files/system-error.ts"
import { notAList } from "../json/not-a-list.ts"
import { parseJsonObject } from "../json/parse-json-object.ts"
import { validated } from "../json/validated.ts"
import type { SafetensorsFile } from "../safetensors/open-safetensors.ts"

/** File name of the shard that holds a tensor, by the tensor's name. */
export type ShardIndex = ReadonlyMap<string, string>

const indexSchema = type({ weight_map: type({ "[string]": "string" }).narrow(notAList) })

/**
 * Reads a `model.safetensors.index.json`.
 *
 * @throws {InvalidInputError} as `parseShardIndex`, or when it cannot be read
 */
export async function readShardIndex(path: string): Promise<ShardIndex> {
	const bytes = await readFile(path).catch((error) => {
		throw systemError(error, path, "the file", "readable")
	})
	return parseShardIndex(bytes, path)
}

/**
 * What a `model.safetensors.index.json` says.
 *
 * @param path - the file, for messages
 * @throws {InvalidInputError} when it is malformed, empty, or a shard is not a plain file name (a path could lead out of the folder)
 */
export function parseShardIndex(bytes: Uint8Array, path: string): ShardIndex {
	const { weight_map: map } = validated(indexSchema, parseJsonObject(bytes, path), path)
	const index = new Map(Object.entries(map))
	if (index.size === 0) throw new InvalidInputError(path, "weight_map", "a map of tensors to shards", "empty")
	for (const [tensor, shard] of index) {
		if (/^[^/\\:]+\.safetensors$/.test(shard) && !shard.includes("..")) continue
		const what = `the shard of tensor ${JSON.stringify(tensor)}`
		throw new InvalidInputError(path, what, "the name of a .safetensors file, without a path,", JSON.stringify(shard))
	}
	return index
}

/**
 * Refuses shards that hold other tensors than the index says: which value counts would depend on the reader.
 *
 * @param shards - the open shards by file name
 * @param path - the index, for messages
 */
export function refuseOtherTensors(
	index: ShardIndex,
	shards: ReadonlyMap<string, SafetensorsFile>,
	path: string,
): void {
	for (const [tensor, shard] of index) {
		if (shards.get(shard)?.tensors.has(tensor)) continue
		throw new InvalidInputError(path, `tensor ${JSON.stringify(tensor)}`, `in its shard ${shard}`, "missing")
	}
	for (const [shard, { tensors }] of shards) {
		for (const tensor of tensors.keys()) {
			const listed = index.get(tensor)
			if (listed === shard) continue
			const what = `tensor ${JSON.stringify(tensor)} of ${shard}`
			throw new InvalidInputError(path, what, "listed for that shard", listed ?? "not listed")
		}
	}
}
