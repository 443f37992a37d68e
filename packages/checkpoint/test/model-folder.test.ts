import { createHash } from "node:crypto"
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { InvalidInputError, UnsupportedError } from "@winnow/tensor"
import { needs, sharedFile } from "@winnow/testing"
import { temporaryFolder } from "@winnow/testing/hub"
import { describe, expect, test } from "vitest"
import { openModelFolder, type StoredTensor, writeModelFiles, writeSafetensors } from "../src/index.ts"

const folder = temporaryFolder()
const file = (name: string) => join(folder(), name)
const weight = (name: string, ...values: number[]): StoredTensor => {
	return { name, dtype: "F32", shape: [values.length], data: Float32Array.from(values) }
}
const one = "model-00001-of-00002.safetensors"
const two = "model-00002-of-00002.safetensors"

function writeConfig(text = '{"model_type": "bert"}'): void {
	writeFileSync(file("config.json"), text)
}

/** Two shards, one tensor each, and the index given. */
async function writeShards(weightMap: unknown = { a: one, b: two }): Promise<void> {
	writeConfig()
	await writeSafetensors(file(one), [weight("a", 1)])
	await writeSafetensors(file(two), [weight("b", 2, 3)])
	writeFileSync(file("model.safetensors.index.json"), JSON.stringify({ metadata: {}, weight_map: weightMap }))
}

test("a real sharded model lists and reads the tensors of all shards", needs("shared"), async () => {
	const path = fileURLToPath(sharedFile("models/minilm-sst2"))
	const model = await openModelFolder(path)
	expect(model.weightFiles).toEqual([one, two])
	expect(model.bytes).toBe(23_836_016 + 21_603_876)
	expect(model.config.labels).toEqual(["negative", "positive"])
	const index = JSON.parse(readFileSync(join(path, "model.safetensors.index.json"), "utf8"))
	expect([...model.tensors.keys()].sort()).toEqual(Object.keys(index.weight_map).sort())
	let parameters = 0
	for (const [name, { dtype, shape }] of model.tensors) {
		const values = await model.read(name)
		expect(dtype).toBe("F16")
		expect(values.length).toBe(shape.reduce((product, n) => product * n, 1))
		parameters += values.length
	}
	expect(2 * parameters).toBe(index.metadata.total_size)
	await model.close()
})

test("the hash is that of the weight files in the order of their names, then config.json", async () => {
	await writeShards()
	const model = await openModelFolder(folder())
	const hash = createHash("sha256")
	for (const name of [one, two, "config.json"]) hash.update(readFileSync(file(name)))
	expect(await model.sha256()).toBe(hash.digest("hex"))
	await model.close()
})

test("a model that was written is read again: shapes, values, configuration", async () => {
	const config = { model_type: "bert", id2label: { 0: "no", 1: "yes" }, heads_per_layer: [3, 0] }
	const half: StoredTensor = { name: "h", dtype: "F16", shape: [2, 1], data: Float32Array.of(0.5, -1) }
	await writeModelFiles(folder(), { config, tensors: [weight("w", 1, 2), half] })
	const model = await openModelFolder(folder())
	expect(model.folder).toBe(folder())
	expect(model.weightFiles).toEqual(["model.safetensors"])
	expect(model.bytes).toBe(readFileSync(file("model.safetensors")).length)
	expect(model.tensors.get("h")).toMatchObject({ dtype: "F16", shape: [2, 1] })
	expect(await model.read("h")).toEqual(Float32Array.of(0.5, -1))
	expect(await model.read("w")).toEqual(Float32Array.of(1, 2))
	expect(model.config.raw).toEqual(config)
	await model.close()
	await expect(model.read("w")).rejects.toThrow()
})

test("shards may be links to files elsewhere, as in a cache of the Hub", async () => {
	await writeShards()
	mkdirSync(file("snapshot"))
	for (const name of [one, two, "config.json", "model.safetensors.index.json"]) {
		symlinkSync(file(name), file(`snapshot/${name}`))
	}
	const model = await openModelFolder(file("snapshot"))
	expect(await model.read("b")).toEqual(Float32Array.of(2, 3))
	await model.close()
})

test("a single file wins over an index beside it", async () => {
	await writeShards()
	await writeSafetensors(file("model.safetensors"), [weight("c", 4)])
	const model = await openModelFolder(folder())
	expect([...model.tensors.keys()]).toEqual(["c"])
	await model.close()
})

test("a tensor that the model has not is refused by name", async () => {
	await writeShards()
	const model = await openModelFolder(folder())
	await expect(model.read("c")).rejects.toThrow(
		new InvalidInputError(folder(), 'tensor "c"', "in the model", "missing"),
	)
	await model.close()
})

test("NaN in a weight is refused with the shard's and the tensor's name", async () => {
	await writeShards()
	const half: StoredTensor = { name: "b", dtype: "F16", shape: [2, 3], data: new Float32Array(6) }
	await writeSafetensors(file(two), [half])
	const bytes = readFileSync(file(two))
	// The last element of the last tensor: a float16 NaN.
	bytes.writeUInt16LE(0x7e00, bytes.length - 2)
	writeFileSync(file(two), bytes)
	const model = await openModelFolder(folder())
	await expect(model.read("b")).rejects.toThrow(
		new InvalidInputError(file(two), 'element 5 of tensor "b"', "a finite number", Number.NaN),
	)
	await model.close()
})

const plainName = "the name of a .safetensors file, without a path,"
test.each<[string, unknown, string, string, unknown]>([
	["a missing shard", { a: one, b: "gone.safetensors" }, "shard gone.safetensors", "in the folder", "missing"],
	["a path", { a: one, b: `../${two}` }, 'the shard of tensor "b"', plainName, `"../${two}"`],
	[
		"an absolute path",
		{ a: one, b: "/etc/x.safetensors" },
		'the shard of tensor "b"',
		plainName,
		'"/etc/x.safetensors"',
	],
	["a folder", { a: `sub/${one}` }, 'the shard of tensor "a"', plainName, `"sub/${one}"`],
	["a Windows path", { a: `sub\\${one}` }, 'the shard of tensor "a"', plainName, `"sub\\\\${one}"`],
	["a Windows drive", { a: `C:${one}` }, 'the shard of tensor "a"', plainName, `"C:${one}"`],
	["the folder above", { a: ".." }, 'the shard of tensor "a"', plainName, '".."'],
	["no name", { a: "" }, 'the shard of tensor "a"', plainName, '""'],
	["another file", { a: "config.json" }, 'the shard of tensor "a"', plainName, '"config.json"'],
	["a tensor its shard lacks", { a: one, b: two, c: two }, 'tensor "c"', `in its shard ${two}`, "missing"],
	["less than its shards hold", { a: one, c: two }, 'tensor "c"', `in its shard ${two}`, "missing"],
	["nothing", {}, "weight_map", "a map of tensors to shards", "empty"],
	["a list", [one], "weight_map", "an object", `["${one}"]`],
	["a number", { a: 1 }, "weight_map.a", "a string", 1],
])("an index that names %s is refused", async (_, weightMap, what, expected, actual) => {
	await writeShards(weightMap)
	const index = file("model.safetensors.index.json")
	await expect(openModelFolder(folder())).rejects.toThrow(new InvalidInputError(index, what, expected, actual))
})

test("a tensor in a shard that the index does not list, or gives to another shard, is refused", async () => {
	const index = file("model.safetensors.index.json")
	await writeShards()
	await writeSafetensors(file(two), [weight("b", 1), weight("extra", 2)])
	await expect(openModelFolder(folder())).rejects.toThrow(
		new InvalidInputError(index, `tensor "extra" of ${two}`, "listed for that shard", "not listed"),
	)
	await writeSafetensors(file(two), [weight("b", 1), weight("a", 2)])
	await expect(openModelFolder(folder())).rejects.toThrow(
		new InvalidInputError(index, `tensor "a" of ${two}`, "listed for that shard", one),
	)
})

test("a tampered shard is refused with its own name", async () => {
	await writeShards()
	writeFileSync(file(two), readFileSync(file(two)).subarray(0, -1))
	await expect(openModelFolder(folder())).rejects.toThrow(`${file(two)}: the byte range of tensor "b" must be within`)
})

test("a folder that does not exist and a file are refused", async () => {
	await expect(openModelFolder(file("none"))).rejects.toThrow(
		new InvalidInputError(file("none"), "the model", "a readable folder", "missing"),
	)
	writeConfig()
	await expect(openModelFolder(file("config.json"))).rejects.toThrow(
		new InvalidInputError(file("config.json"), "the model", "a folder", "a file"),
	)
})

test("a name on the Hub is refused, saying that only folders are read and how to get one", async () => {
	const id = "textattack/bert-base-uncased-SST-2"
	const hint = `to use a model of that name on the Hugging Face Hub, run \`hf download ${id} --local-dir DIR\` and give DIR`
	await expect(openModelFolder(id)).rejects.toThrow(
		new UnsupportedError(id, `no such local folder, and only local folders are opened here: ${hint}`),
	)
})

test("a folder without config.json, or without weights, is refused", async () => {
	await writeSafetensors(file("model.safetensors"), [weight("a", 1)])
	await expect(openModelFolder(folder())).rejects.toThrow(
		new InvalidInputError(folder(), "config.json", "in the model folder", "missing"),
	)
	mkdirSync(file("empty"))
	await expect(openModelFolder(file("empty"))).rejects.toThrow("config.json must be in the model folder (was missing)")
	writeFileSync(file("empty/config.json"), "{}")
	await expect(openModelFolder(file("empty"))).rejects.toThrow(
		new InvalidInputError(file("empty"), "model.safetensors", "in the model folder", "missing"),
	)
})

test("a config.json that is not JSON or misses a field is refused", async () => {
	await writeSafetensors(file("model.safetensors"), [weight("a", 1)])
	writeConfig("{model_type: bert}")
	await expect(openModelFolder(folder())).rejects.toThrow(`${file("config.json")}: the file must be JSON (was not: `)
	writeConfig('{"model_type": "bert", "num_labels": "x"}')
	await expect(openModelFolder(folder())).rejects.toThrow(
		new InvalidInputError(file("config.json"), "num_labels", "a natural number", '"x"'),
	)
})

test.each(["pytorch_model.bin", "pytorch_model.bin.index.json"])(
	"%s alone is refused, saying how to convert it",
	async (name) => {
		writeConfig()
		writeFileSync(file(name), "")
		await expect(openModelFolder(folder())).rejects.toThrow(UnsupportedError)
		await expect(openModelFolder(folder())).rejects.toThrow(
			/: pytorch_model\.bin[.a-z]* is not read, only safetensors: convert it in that folder first: python -c "from [^\n]*"$/,
		)
	},
)

test.each([
	["tf_model.h5", "with Transformers below 5 and TensorFlow", "from_tf=True"],
	["model.ckpt-1000.index", "with Transformers below 5 and TensorFlow", "from_tf=True"],
	["flax_model.msgpack", "with Transformers below 5 and Flax", "from_flax=True"],
])("%s alone is refused, saying how to convert it", async (name, needs, argument) => {
	writeConfig()
	writeFileSync(file(name), "")
	const command = `python -c "from transformers import AutoModelForSequenceClassification as M; M.from_pretrained('.', ${argument}).save_pretrained('.')"`
	await expect(openModelFolder(folder())).rejects.toThrow(
		new UnsupportedError(
			folder(),
			`${name} is not read, only safetensors: convert it in that folder first, ${needs}: ${command}`,
		),
	)
})

test("a folder with ONNX files only is refused, asking for the model that they were exported from", async () => {
	writeConfig()
	mkdirSync(file("onnx"))
	const remedy = "is not read, only safetensors: give the folder of the model that it was exported from"
	await expect(openModelFolder(folder())).rejects.toThrow(new UnsupportedError(folder(), `onnx ${remedy}`))
	writeFileSync(file("model.onnx"), "")
	await expect(openModelFolder(folder())).rejects.toThrow(new UnsupportedError(folder(), `model.onnx ${remedy}`))
	await writeSafetensors(file("model.safetensors"), [weight("a", 1)])
	await (await openModelFolder(folder())).close()
})

test("safetensors under a name that loaders do not look for are named", async () => {
	writeConfig()
	await writeSafetensors(file("model.fp16.safetensors"), [weight("a", 1)])
	await expect(openModelFolder(folder())).rejects.toThrow(
		"model.safetensors must be in the model folder (was missing, but model.fp16.safetensors is there)",
	)
})

const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 45439892\n"
const lfs = "this is a Git LFS pointer, not the file itself: run `git lfs pull` in its folder"
const page =
	"this is a web page, not the file itself: download it again (on the Hugging Face Hub from an address with /resolve/, not /blob/)"
const zip = "this is a zip archive, as PyTorch writes them, not the file itself: save the model as safetensors"

describe.each([
	["a Git LFS pointer", pointer, lfs],
	["a web page", "<!DOCTYPE html>\n<html><body>Not found</body></html>", page],
	["a web page behind blank lines", "\n\n <html lang='en'>", page],
	["a web page behind a byte order mark", "\ufeff<!doctype HTML>", page],
	["an error of a storage service", '<?xml version="1.0"?><Error/>', page],
	["a zip archive", "PK\u0003\u0004data of a checkpoint", zip],
])("%s", (_, content, message) => {
	test("in place of weights is said to be one", async () => {
		writeConfig()
		writeFileSync(file("model.safetensors"), content)
		await expect(openModelFolder(folder())).rejects.toThrow(new UnsupportedError(file("model.safetensors"), message))
	})

	test("in place of a shard is said to be one", async () => {
		await writeShards()
		writeFileSync(file(two), content)
		await expect(openModelFolder(folder())).rejects.toThrow(new UnsupportedError(file(two), message))
	})

	test("in place of a configuration or an index is said to be one", async () => {
		await writeShards()
		writeFileSync(file("model.safetensors.index.json"), content)
		await expect(openModelFolder(folder())).rejects.toThrow(
			new UnsupportedError(file("model.safetensors.index.json"), message),
		)
		writeConfig(content)
		await expect(openModelFolder(folder())).rejects.toThrow(new UnsupportedError(file("config.json"), message))
	})
})

test("a safetensors file whose header is as long as a mark of a web page says is read", async () => {
	// "<!" is a header of 8,508 bytes.
	writeConfig()
	const header = Buffer.from('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'.padEnd(8508))
	const length = Buffer.alloc(8)
	length.writeBigUInt64LE(8508n)
	expect(length.toString("latin1")).toMatch(/^<!/)
	writeFileSync(file("model.safetensors"), Buffer.concat([length, header, Buffer.alloc(4)]))
	const model = await openModelFolder(folder())
	expect(await model.read("a")).toEqual(Float32Array.of(0))
	await model.close()
})

test(
	"a weight file and a configuration that may not be read are refused",
	needs("an unprivileged user", "Linux"),
	async () => {
		writeConfig()
		await writeSafetensors(file("model.safetensors"), [weight("a", 1)])
		for (const name of ["model.safetensors", "config.json"]) {
			chmodSync(file(name), 0)
			await expect(openModelFolder(folder())).rejects.toThrow(
				new InvalidInputError(file(name), "the file", "readable", "not permitted"),
			)
			chmodSync(file(name), 0o644)
		}
	},
)

test("a link to a file that is gone is refused by its name", async () => {
	writeConfig()
	symlinkSync(file("gone"), file("model.safetensors"))
	await expect(openModelFolder(folder())).rejects.toThrow(
		new InvalidInputError(file("model.safetensors"), "the file", "readable", "missing"),
	)
})

test("a config.json that is a list or says a thing twice is refused", async () => {
	await writeSafetensors(file("model.safetensors"), [weight("a", 1)])
	writeConfig("[]")
	await expect(openModelFolder(folder())).rejects.toThrow(
		new InvalidInputError(file("config.json"), "the file", "a JSON object", "a list"),
	)
	writeConfig('{"model_type": "bert", "hidden_size": 8, "hidden_size": 16}')
	await expect(openModelFolder(folder())).rejects.toThrow(
		new InvalidInputError(file("config.json"), 'the key "hidden_size" in the file', "there once", "there twice"),
	)
})

test.each(["adapter_config.json", "adapter_model.safetensors"])(
	"a folder with only %s is refused as an adapter",
	async (name) => {
		for (const beside of ["README.md", "config.json"]) {
			writeFileSync(file(beside), "{}")
			writeFileSync(file(name), "{}")
			const hint = "merge it into its base model first (PEFT: merge_and_unload, then save_pretrained)"
			await expect(openModelFolder(folder())).rejects.toThrow(
				new UnsupportedError(folder(), `this is an adapter (${name}), not a model: ${hint}`),
			)
		}
	},
)
