import { existsSync } from "node:fs"
import { InvalidInputError, UnsupportedError } from "@winnow/tensor"
import { expect, test } from "vitest"
import { type DatasetSplit, isHubId, modelFiles, parquetFiles } from "../src/hub.ts"

const id = "org/tiny"

/** A repository whose files are empty but for those given. */
function repo(paths: readonly string[], contents: Readonly<Record<string, string>> = {}) {
	const all = [...paths, ...Object.keys(contents)]
	return { id, where: id, paths: all, read: async (path: string) => Buffer.from(contents[path] ?? "") }
}

const indexOf = (map: object) => ({ "model.safetensors.index.json": JSON.stringify({ weight_map: map }) })

test("of a model come the configuration, the weights and the tokenizer at the top of the repository", async () => {
	const wanted = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt"]
	const others = [
		"README.md",
		"pytorch_model.bin",
		"tf_model.h5",
		"onnx/model.onnx",
		"sub/config.json",
		"training_args.bin",
	]
	expect(new Set(await modelFiles(repo([...others, ...wanted])))).toEqual(new Set(wanted))
})

test("of byte-level tokenizers come vocab.json and merges.txt", async () => {
	const wanted = ["config.json", "model.safetensors", "vocab.json", "merges.txt"]
	expect(new Set(await modelFiles(repo(wanted)))).toEqual(new Set(wanted))
})

test("of a sharded model come the index and the shards that it names, each once", async () => {
	const index = indexOf({ a: "model-1.safetensors", b: "model-2.safetensors", c: "model-1.safetensors" })
	const paths = ["config.json", "model-1.safetensors", "model-2.safetensors", "model-3.safetensors"]
	expect(await modelFiles(repo(paths, index))).toEqual([
		"config.json",
		"model.safetensors.index.json",
		"model-1.safetensors",
		"model-2.safetensors",
	])
	expect(await modelFiles(repo(["config.json", "model.safetensors"], index))).toEqual([
		"config.json",
		"model.safetensors",
	])
})

test("a shard that is missing or leads out of the folder is refused", async () => {
	const where = `${id}, model.safetensors.index.json`
	await expect(modelFiles(repo(["config.json"], indexOf({ a: "model-1.safetensors" })))).rejects.toThrow(
		new InvalidInputError(where, "shard model-1.safetensors", "in the repository", "missing"),
	)
	await expect(modelFiles(repo(["config.json"], indexOf({ a: "../x.safetensors" })))).rejects.toThrow(
		new InvalidInputError(
			where,
			'the shard of tensor "a"',
			"the name of a .safetensors file, without a path,",
			'"../x.safetensors"',
		),
	)
})

test("a model without config.json or weights is refused", async () => {
	const missing = (name: string) => new InvalidInputError(id, name, "in the repository", "missing")
	await expect(modelFiles(repo(["model.safetensors"]))).rejects.toThrow(missing("config.json"))
	await expect(modelFiles(repo(["config.json", "README.md"]))).rejects.toThrow(missing("model.safetensors"))
})

test.each([
	[
		"tf_model.h5",
		/, or run .* in DIR, with Transformers below 5 and TensorFlow, python -c "[^\n]*from_tf=True[^\n]*", and give DIR$/,
	],
	[
		"flax_model.msgpack",
		/, or run .* in DIR, with Transformers below 5 and Flax, python -c "[^\n]*from_flax=True[^\n]*", and give DIR$/,
	],
	["onnx/model.onnx", /\(often refs\/pr\/N\)$/],
])("%s alone is refused, saying what to do", async (name, remedy) => {
	const error = await modelFiles(repo(["config.json", name])).catch((error) => error)
	expect(error).toBeInstanceOf(UnsupportedError)
	expect(error.message).toMatch(`org/tiny: ${name} is not read, only safetensors: give a revision that has them`)
	expect(error.message).toMatch(remedy)
})

test.each(["pytorch_model.bin", "pytorch_model.bin.index.json"])(
	"%s alone is refused, saying what to do",
	async (name) => {
		const error = await modelFiles(repo(["config.json", name])).catch((error) => error)
		expect(error).toBeInstanceOf(UnsupportedError)
		expect(error.message).toMatch(
			/^org\/tiny: pytorch_model\.bin[.a-z]* is not read, only safetensors: give a revision that has them \(often refs\/pr\/N\), or run `hf download org\/tiny --local-dir DIR`, in DIR python -c "from [^\n]*", and give DIR$/,
		)
	},
)

test("an adapter is refused as one", async () => {
	await expect(modelFiles(repo(["adapter_config.json", "adapter_model.safetensors"]))).rejects.toThrow(
		new UnsupportedError(
			id,
			"this is an adapter (adapter_config.json), not a model: merge it into its base model first (PEFT: merge_and_unload, then save_pretrained)",
		),
	)
})

const shards = (name: string, count: number) =>
	Array.from({ length: count }, (_, i) => `${name}-0000${i}-of-0000${count}.parquet`)

test.each<[string, DatasetSplit, readonly string[]]>([
	["configurations", { config: "sst2", split: "train" }, shards("sst2/train", 1)],
	["several shards", { config: "mnli", split: "train" }, shards("mnli/train", 2)],
	["a split with an underscore", { config: "mnli", split: "validation_matched" }, shards("mnli/validation_matched", 1)],
	["a folder named data", { split: "train" }, ["data/train-00000-of-00001-0a1b2c3d4e5f6071.parquet"]],
	["converted files", { config: "cola", split: "test" }, ["cola/test/0000.parquet", "cola/test/0001.parquet"]],
	["no shards", { config: "wnli", split: "test" }, ["wnli/test.parquet"]],
	["no folder", { split: "test" }, ["test.parquet"]],
])("the files of a split are found with %s", (_, split, wanted) => {
	const others = [
		...shards("sst2/validation", 1),
		...shards("qqp/train", 1),
		"README.md",
		"sst2/train.jsonl",
		"sst2/train.txt",
	]
	const paths = [...others, ...wanted].reverse()
	expect(parquetFiles(split)(repo(paths))).toEqual(wanted)
})

test("a split that is not there is refused, naming those that are", () => {
	const paths = [...shards("sst2/train", 2), ...shards("cola/test", 1), "data/test-00000-of-00001.parquet"]
	const refusal = (name: string) =>
		new InvalidInputError(id, "the configuration and split", "one of cola/test, default/test, sst2/train", name)
	expect(() => parquetFiles({ config: "sst2", split: "dev" })(repo(paths))).toThrow(refusal("sst2/dev"))
	expect(() => parquetFiles({ split: "train" })(repo(paths))).toThrow(refusal("default/train"))
})

test("a missing shard, or files in two places, are refused", () => {
	const choose = parquetFiles({ split: "train" })
	const what = "of default/train"
	expect(() => choose(repo(shards("data/train", 3).slice(1)))).toThrow(
		new InvalidInputError(id, `the shards ${what}`, "3, as their names say", 2),
	)
	expect(() => choose(repo([...shards("data/train", 1), ...shards("data/train", 2)]))).toThrow(
		new InvalidInputError(id, `the files ${what}`, "one set of shards", "data/train of 1, data/train of 2"),
	)
	expect(() => choose(repo([...shards("data/train", 1), "default/train/0000.parquet"]))).toThrow("one set of shards")
})

test("a data set without Parquet is refused, saying where the Hub keeps a converted one", () => {
	expect(() => parquetFiles({ split: "train" })(repo(["train.csv"]))).toThrow(
		new UnsupportedError(
			id,
			"only Parquet files are read, and there are none at this revision: the Hub converts most data sets: try the revision refs/convert/parquet",
		),
	)
})

test("a name on the Hub is org/name that nothing on this machine is called", async () => {
	for (const name of ["textattack/bert-base-uncased-SST-2", "nyu-mll/glue", "a/b.c"])
		expect(await isHubId(name)).toBe(true)
	const paths = ["bert", "./bert", "../bert/x", "/bert/x", "bert/", "a/b/c", "a//b", "a/b.git", "a b/c", "~/b", "a\\b"]
	for (const path of paths) expect(await isHubId(path)).toBe(false)
	expect(existsSync("src/hub")).toBe(true)
	expect(await isHubId("src/hub")).toBe(false)
	expect(await isHubId("src/hub.ts")).toBe(false)
})
