import { InvalidInputError, UnsupportedError } from "@winnow/tensor"
import { indexFile, refuseAdapter, singleFile } from "../folder/list-model-folder.ts"
import { otherWeights } from "../folder/other-weights.ts"
import { parseShardIndex } from "../folder/shard-index.ts"
import type { RepoFiles } from "./file-choice.ts"

const tokenizerFiles = [
	"tokenizer.json",
	"tokenizer_config.json",
	"special_tokens_map.json",
	"added_tokens.json",
	"vocab.txt",
	"vocab.json",
	"merges.txt",
]

/**
 * The files that `openModelFolder` and a tokenizer read: config.json, the safetensors (one file, or an index and the shards it names) and
 * what there is of a tokenizer.
 *
 * @throws {InvalidInputError} when config.json, the weights or a shard is missing, or the index is malformed
 * @throws {UnsupportedError} for an adapter, or weights of PyTorch, TensorFlow, Flax or ONNX, saying what to do first
 */
export async function modelFiles(files: RepoFiles): Promise<readonly string[]> {
	const { where, paths } = files
	const names = new Set(paths)
	const hasWeights = names.has(singleFile) || names.has(indexFile)
	if (!hasWeights) refuseAdapter(where, names)
	if (!names.has("config.json")) throw new InvalidInputError(where, "config.json", "in the repository", "missing")
	if (!hasWeights) throw withoutWeights(files, names)
	const weights = names.has(singleFile) ? [singleFile] : [indexFile, ...(await shards(files, names))]
	return ["config.json", ...weights, ...tokenizerFiles.filter((name) => names.has(name))]
}

async function shards({ where, read }: RepoFiles, names: ReadonlySet<string>): Promise<readonly string[]> {
	const path = `${where}, ${indexFile}`
	const shards = [...new Set(parseShardIndex(await read(indexFile), path).values())]
	const missing = shards.find((shard) => !names.has(shard))
	if (missing === undefined) return shards
	throw new InvalidInputError(path, `shard ${missing}`, "in the repository", "missing")
}

function withoutWeights({ id, where }: RepoFiles, names: ReadonlySet<string>): Error {
	const other = otherWeights(names)
	if (other === undefined) return new InvalidInputError(where, singleFile, "in the repository", "missing")
	const { file, command, needs } = other
	const within = needs === undefined ? "in DIR" : `in DIR, with ${needs},`
	const convert =
		command === undefined ? "" : `, or run \`hf download ${id} --local-dir DIR\`, ${within} ${command}, and give DIR`
	return new UnsupportedError(
		where,
		`${file} is not read, only safetensors: give a revision that has them (often refs/pr/N)${convert}`,
	)
}
