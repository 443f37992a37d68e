import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type ModelFolder, openModelFolder, type TensorInfo } from "@winnow/checkpoint"
import { interpreter } from "@winnow/runtime"
import { temporaryFolder } from "@winnow/testing/hub"
import { describe, expect, test } from "vitest"
import { loadEncoder, type TransformerEncoder } from "../src/index.ts"
import { tinyModel, tinySamples } from "./tiny-model.ts"

const folder = temporaryFolder()
const runtime = interpreter()
const load = (model: ModelFolder) => loadEncoder(model, { runtime })

/** The model as if its files were of a dtype: its values need not be of it. */
function claiming(dtype: TensorInfo["dtype"], model = tinyModel()): ModelFolder {
	return { ...model, tensors: new Map([...model.tensors].map(([name, { shape }]) => [name, { dtype, shape }])) }
}

async function written(encoder: TransformerEncoder) {
	await encoder.save(folder())
	const model = await openModelFolder(folder())
	const { config, tensors } = model
	const dtypes = [...new Set([...tensors.values()].map(({ dtype }) => dtype))]
	const logits = await (await load(model)).logits(tinySamples)
	await model.close()
	return { config: config.raw, labels: config.labels, dtypes, logits, bytes: model.bytes }
}

describe("a model's file", () => {
	test.each([
		["F16", "float16"],
		["BF16", "bfloat16"],
	] as const)(
		"of %s is in it again when its weights are rounded, and holds what was computed with",
		async (dtype, name) => {
			// Values that no half precision holds: as if repair had changed every weight.
			const encoder = await load(claiming(dtype))
			expect(encoder.dtype).toBe("float32")
			const { encoder: rounded } = encoder.rounded("source")
			expect(rounded!.dtype).toBe(name)
			const file = await written(rounded!)
			expect(file.dtypes).toEqual([dtype])
			expect(file.config.dtype).toBe(name)
			expect(file.logits).toEqual(await rounded!.logits(tinySamples))
			expect(file.logits).not.toEqual(await encoder.logits(tinySamples))
			const whole = await written(encoder)
			expect(whole.dtypes).toEqual(["F32"])
			expect(whole.config.dtype).toBe("float32")
			expect(whole.bytes - file.bytes).toBeGreaterThan(2 * encoder.parameters - 100)
		},
	)

	test("of float32 is not rounded unless another dtype is asked for", async () => {
		const encoder = await load(tinyModel())
		expect(encoder.rounded("source").encoder).toBe(encoder)
		expect((await written(encoder.rounded("float16").encoder!)).dtypes).toEqual(["F16"])
		expect((await written(encoder.rounded("bfloat16").encoder!)).config.dtype).toBe("bfloat16")
		const { encoder: half } = (await load(claiming("F16"))).rounded("source")
		const { encoder: whole } = half!.rounded("float32")
		expect((await written(whole!)).dtypes).toEqual(["F32"])
		expect(await whole!.logits(tinySamples)).toEqual(await half!.logits(tinySamples))
	})

	test("keeps the tensors that came in float32 among halves, and says float32", async () => {
		const model = tinyModel()
		const tensors = new Map(
			[...model.tensors].map(([name, { shape }]) => {
				return [name, { dtype: name.includes("LayerNorm") ? "F32" : "F16", shape } as const]
			}),
		)
		const { encoder } = (await load({ ...model, tensors })).rounded("source")
		const file = await written(encoder!)
		expect(file.dtypes.sort()).toEqual(["F16", "F32"])
		expect(file.config.dtype).toBe("float32")
	})

	test("is none where a weight is beyond the dtype's range: the weight is named", async () => {
		const model = tinyModel()
		const large = (name: string, data: Float32Array) =>
			name === "classifier.bias" ? Float32Array.of(0, -70_000) : data
		const read = async (name: string) => large(name, await model.read(name))
		const encoder = await load({ ...model, read })
		expect(encoder.rounded("float16")).toEqual({ overflow: { tensor: "classifier.bias", value: -70_000 } })
		expect(encoder.rounded("bfloat16").encoder?.dtype).toBe("bfloat16")
	})

	test("keeps its dtype where a checkpoint names normalisations as TensorFlow does", async () => {
		const model = claiming("F16")
		const old = (name: string) =>
			name.replace(/LayerNorm\.weight$/, "LayerNorm.gamma").replace(/LayerNorm\.bias$/, "LayerNorm.beta")
		const newer = new Map([...model.tensors.keys()].map((name) => [old(name), name]))
		const tensors = new Map([...model.tensors].map(([name, info]) => [old(name), info]))
		const { encoder } = (await load({ ...model, tensors, read: (name) => model.read(newer.get(name)!) })).rounded(
			"source",
		)
		expect((await written(encoder!)).dtypes).toEqual(["F16"])
	})

	test.each(["I8", "F8_E4M3", "F64"] as const)("of %s is refused, naming dtype and tensor", async (dtype) => {
		await (await load(tinyModel())).save(folder())
		const path = join(folder(), "model.safetensors")
		const bytes = await readFile(path)
		const end = 8 + Number(bytes.readBigUInt64LE())
		const header = JSON.parse(bytes.toString("utf8", 8, end))
		const name = "classifier.weight"
		// It is the last one: its data ends the file.
		const begin = header[name].data_offsets[0]
		const size = 16 * { I8: 1, F8_E4M3: 1, F64: 8 }[dtype]
		header[name] = { dtype, shape: [2, 8], data_offsets: [begin, begin + size] }
		const text = Buffer.from(JSON.stringify(header))
		const length = Buffer.alloc(8)
		length.writeBigUInt64LE(BigInt(text.length))
		await writeFile(path, Buffer.concat([length, text, bytes.subarray(end, end + begin), Buffer.alloc(size)]))
		const model = await openModelFolder(folder())
		await expect(load(model)).rejects.toThrow(`tensor "${name}" is ${dtype}: weights are F32, F16 or BF16`)
		await model.close()
	})
})

describe("the labels of a model's file", () => {
	const three = { "0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2" }

	test("are made up where there are other than two logits and no names, so that loaders count them", async () => {
		const { config } = await written(await load(tinyModel({ logits: 3 })))
		expect(config).toMatchObject({ id2label: three, label2id: { LABEL_0: 0, LABEL_1: 1, LABEL_2: 2 } })
		expect((await written(await load(tinyModel({ logits: 1 })))).config).toMatchObject({ id2label: { "0": "LABEL_0" } })
	})

	test.each<[string, object]>([
		["two logits", {}],
		["three logits and num_labels", { logits: 3, config: { num_labels: 3 } }],
		["a span's logits", { head: "span" }],
	])("are left out where loaders count %s without", async (_, options) => {
		const { config } = await written(await load(tinyModel(options)))
		expect(config.id2label).toBeUndefined()
	})

	test.each<[string, object]>([
		["a label2id that was made up", { id2label: { 0: "no", 1: "yes" }, label2id: { LABEL_0: 0, LABEL_1: 1 } }],
		["an id2label that was made up", { id2label: { 0: "LABEL_0", 1: "LABEL_1" }, label2id: { no: 0, yes: 1 } }],
		["a label2id alone", { label2id: { yes: 1, no: 0 } }],
	])("are in both fields where the source had %s", async (_, config) => {
		const file = await written(await load(tinyModel({ config: config as Record<string, unknown> })))
		expect(file.config).toMatchObject({ id2label: { "0": "no", "1": "yes" }, label2id: { no: 0, yes: 1 } })
		expect(file.labels).toEqual(["no", "yes"])
	})

	test("are text where the source had numbers", async () => {
		const { config } = await written(await load(tinyModel({ config: { id2label: { 0: 1, 1: 5 } } })))
		expect(config).toMatchObject({ id2label: { "0": "1", "1": "5" }, label2id: { "1": 0, "5": 1 } })
	})

	test("stay as they are, byte for byte, where the source is clear", async () => {
		for (const config of [
			{ id2label: { 0: "no", 1: "yes" } },
			{ id2label: { 0: "no", 1: "yes" }, label2id: { yes: "1", no: "0" } },
		]) {
			const file = await written(await load(tinyModel({ config })))
			expect(JSON.stringify({ id2label: file.config.id2label, label2id: file.config.label2id })).toBe(
				JSON.stringify({ id2label: config.id2label, label2id: config.label2id }),
			)
		}
	})
})
