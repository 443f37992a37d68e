import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type ModelFolder, openModelFolder } from "@winnow/checkpoint"
import { demoModelFolder } from "@winnow/demo"
import { interpreter, onnxRuntime, type Runtime, trace, type Value } from "@winnow/runtime"
import { everyUnit, type Kept } from "@winnow/tensor"
import { f32, toBeAllclose } from "@winnow/testing"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { sublayersOf } from "../src/architecture.ts"
import { batchesOf } from "../src/batches.ts"
import { tokenInputs } from "../src/graphs.ts"
import { loadEncoder, type TransformerEncoder } from "../src/index.ts"
import { encode, encoderProgram } from "../src/program.ts"
import { readModel } from "../src/read-model.ts"
import { type TinyOptions, tinyModel, tinySamples } from "./tiny-model.ts"

expect.extend({ toBeAllclose })

let runtime: Runtime
let folder: string
beforeAll(async () => {
	runtime = await onnxRuntime({ threads: 1 })
	folder = await mkdtemp(join(tmpdir(), "winnow-encoder-"))
})
afterAll(async () => {
	await runtime.close()
	await rm(folder, { recursive: true })
})

const units = (...lists: number[][]): Kept => lists.map((list) => Uint32Array.from(list))
const flat = async (encoder: TransformerEncoder) => (await encoder.logits(tinySamples)).flatMap((row) => [...row])

/** Logits of the dense model with its masks multiplied in, in float64. */
async function maskedLogits(model: ModelFolder, masks: readonly Float32Array[]): Promise<number[]> {
	const { architecture, weights } = await readModel(model)
	const graph = trace(tokenInputs, (ops, inputs) => {
		const tap = (l: number, x: Value) => {
			const shape = x.shape.length === 4 ? [masks[l]!.length, 1, 1] : [masks[l]!.length]
			return ops.mul(x, ops.constant({ shape, data: masks[l]! }))
		}
		return {
			logits: encode(
				ops,
				{ program: encoderProgram(ops, architecture, weights), sublayers: sublayersOf(architecture), tap },
				inputs,
			),
		}
	})
	const program = await interpreter().compile(graph)
	const logits = new Array<number>(2 * tinySamples.length)
	for (const { samples, feeds } of batchesOf(tinySamples)) {
		const { data } = (await program.run(feeds)).logits!
		for (const [row, sample] of samples.entries())
			logits.splice(2 * sample, 2, data[2 * row] as number, data[2 * row + 1] as number)
	}
	return logits
}

describe("a slim model's logits are those of the dense model with masks", () => {
	test.each([
		["some units of every sublayer", units([1], [0, 2, 5], [0], [1, 3])],
		["all units", units([0, 1], [0, 1, 2, 3, 4, 5], [0, 1], [0, 1, 2, 3, 4, 5])],
		["no heads in one layer, no neurons in another", units([], [4], [0, 1], [])],
		["no unit at all", units([], [], [], [])],
	])("%s", async (_, kept) => {
		const model = tinyModel()
		const encoder = (await loadEncoder(model, { runtime })).slim(kept)
		const masks = everyUnit((await loadEncoder(model, { runtime })).sublayers).map((list, l) => {
			return Float32Array.from(list, (unit) => (kept[l]!.includes(unit) ? 1 : 0))
		})
		expect(await flat(encoder)).toBeAllclose(await maskedLogits(model, masks), { rtol: 1e-4, atol: 1e-5 })
		await encoder.close()
	})
})

test("a sample's logits do not depend on its companions", async () => {
	const encoder = await loadEncoder(tinyModel(), { runtime })
	const together = await encoder.logits(tinySamples)
	for (const [i, sample] of tinySamples.entries()) {
		const [alone] = await encoder.logits([sample])
		expect(alone!).toBeAllclose(together[i]!, { ...f32, atol: 1e-6 })
	}
	await encoder.close()
})

test("a saved slim model is a model like any other: the same logits, slimmer again", async () => {
	const encoder = (await loadEncoder(tinyModel(), { runtime })).slim(units([1], [], [], [1, 3, 4]))
	await encoder.save(folder)
	const opened = await openModelFolder(folder)
	const read = await loadEncoder(opened, { runtime })
	expect(read.architecture).toEqual(encoder.architecture)
	expect(read.parameters).toBe(encoder.parameters)
	expect(await flat(read)).toEqual(await flat(encoder))
	const names = ["self.query", "self.key", "self.value", "output.dense"].map((part) => `1.attention.${part}`)
	const stored = ["weight", "bias"].flatMap((kind) =>
		[...names, "0.intermediate.dense", "0.output.dense"].map((name) => `${name}.${kind}`),
	)
	const shapes = stored.map((name) => [name, opened.tensors.get(`bert.encoder.layer.${name}`)?.shape])
	expect(shapes.filter(([, shape]) => shape !== undefined)).toEqual([
		["1.attention.output.dense.weight", [8, 0]],
		["0.output.dense.weight", [8, 0]],
		["1.attention.output.dense.bias", [8]],
		["0.output.dense.bias", [8]],
	])
	const slimmer = read.slim(units([0], [], [], [2]))
	expect(slimmer.architecture).toMatchObject({ heads: [1, 0], neurons: [0, 1] })
	expect(await flat(slimmer)).toEqual(
		await flat((await loadEncoder(tinyModel(), { runtime })).slim(units([1], [], [], [4]))),
	)
	await opened.close()
})

test("an older folder, without the output matrices of sublayers without units, is the same model", async () => {
	const old = tinyModel({ heads: [1, 0], neurons: [0, 3] })
	const empty = ["1.attention.output.dense", "0.output.dense"].map((name) => `bert.encoder.layer.${name}.weight`)
	expect(empty.filter((name) => old.tensors.has(name))).toEqual([])
	const encoder = await loadEncoder(old, { runtime })
	await encoder.save(folder)
	const opened = await openModelFolder(folder)
	expect(empty.filter((name) => opened.tensors.has(name))).toEqual(empty)
	expect(await flat(await loadEncoder(opened, { runtime }))).toEqual(await flat(encoder))
	const tensors = new Map([...opened.tensors, [empty[0]!, { dtype: "F32" as const, shape: [8, 4] }]])
	await expect(loadEncoder({ ...opened, tensors }, { runtime })).rejects.toThrow(
		"must be [8, 0] by config.json (was [8, 4])",
	)
	await opened.close()
})

test("tensors keep the dtype they came in unless repair changed them, and then loaders are told float32", async () => {
	const real = await openModelFolder(demoModelFolder())
	const encoder = await loadEncoder(real, { runtime })
	const kept = everyUnit(encoder.sublayers).map((list) => list.subarray(0, list.length / 2))
	await encoder.slim(kept).save(folder)
	const untouched = await openModelFolder(folder)
	expect(new Set([...untouched.tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(["F16"]))
	expect(untouched.config.dtype).toBe("float16")
	await untouched.close()

	const sample = { ids: Uint32Array.of(2, 100, 3) }
	const repaired = await encoder.rebuild(kept, [sample], {
		fit: async ({ sublayer, weights, bias }) => {
			if (sublayer.layer > 0) return undefined
			return { weights: { ...weights, data: weights.data.map((w) => w * 1.0001) }, bias }
		},
	})
	await repaired.save(folder)
	const mixed = await openModelFolder(folder)
	const dtypeOf = (name: string) => mixed.tensors.get(`bert.encoder.layer.${name}`)?.dtype
	expect(dtypeOf("0.output.dense.weight")).toBe("F32")
	expect(dtypeOf("0.output.dense.bias")).toBe("F16")
	expect(dtypeOf("1.output.dense.weight")).toBe("F16")
	expect(mixed.config.dtype).toBe("float32")
	expect(await (await loadEncoder(mixed, { runtime })).logits([sample])).toEqual(await repaired.logits([sample]))
	await mixed.close()
	await real.close()
})

describe("models that the program does not compute are refused in one line", () => {
	const refusals: [string, TinyOptions, string][] = [
		["another family", { config: { model_type: "gpt2" } }, "model_type must be bert, distilbert, roberta (was gpt2)"],
		[
			"another head",
			{ config: { architectures: ["BertForMaskedLM"] } },
			"architectures must be [BertForSequenceClassification] or [BertForQuestionAnswering] (was [BertForMaskedLM])",
		],
		["a decoder", { config: { is_decoder: true } }, "the model must be an encoder (was a decoder)"],
		[
			"another activation",
			{ config: { hidden_act: "gelu_new" } },
			"hidden_act must be gelu or gelu_python (was gelu_new)",
		],
		[
			"other positions",
			{ config: { position_embedding_type: "relative_key" } },
			"position_embedding_type must be absolute (was relative_key)",
		],
		[
			"several labels at once",
			{ config: { problem_type: "multi_label_classification" } },
			"problem_type must be single_label_classification or regression (was multi_label_classification)",
		],
		["a missing size", { config: { hidden_size: null } }, "hidden_size must be a number (was missing)"],
		[
			"a width list of the wrong length",
			{ config: { heads_per_layer: [2] } },
			"heads_per_layer must be a list of 2 widths (was 1 of them)",
		],
		[
			"heads that do not divide the hidden size",
			{ config: { num_attention_heads: 3 } },
			"hidden_size must be a multiple of 3 heads (was 8)",
		],
		[
			"labels that are not the logits",
			{ config: { id2label: { 0: "a", 1: "b", 2: "c" } } },
			"id2label must be 2 labels, one for each logit (was 3)",
		],
	]
	test.each(refusals)("%s", async (_, options, message) => {
		await expect(loadEncoder(tinyModel(options), { runtime })).rejects.toThrow(`tiny/config.json: ${message}`)
	})

	test("weights of another shape, and missing weights", async () => {
		const narrow = tinyModel({ config: { ffn_per_layer: [6, 5] } })
		await expect(loadEncoder(narrow, { runtime })).rejects.toThrow(
			"tiny: the shape of bert.encoder.layer.1.intermediate.dense.weight must be [5, 8] by config.json (was [6, 8])",
		)
		const model = tinyModel()
		const without = new Map([...model.tensors].filter(([name]) => name !== "bert.pooler.dense.bias"))
		await expect(loadEncoder({ ...model, tensors: without }, { runtime })).rejects.toThrow("(was missing)")
	})
})

test("samples that the model cannot read are refused before anything runs", async () => {
	const encoder = await loadEncoder(tinyModel(), { runtime })
	const refusal = (ids: number[], segments?: number[]) =>
		encoder.logits([{ ids: Uint32Array.from(ids), ...(segments ? { segments: Uint8Array.from(segments) } : {}) }])
	await expect(refusal([])).rejects.toThrow("sample 0: its length must be 1 to 9 tokens, the model's positions (was 0)")
	await expect(refusal(Array(10).fill(1))).rejects.toThrow("(was 10)")
	await expect(refusal([20])).rejects.toThrow("sample 0: token ids must be below 20 (was 20)")
	await expect(refusal([1], [2])).rejects.toThrow("sample 0: segments must be below 2 (was 2)")
	await expect(refusal([1], [0, 0])).rejects.toThrow("sample 0: segments must be 1 long (was 2)")
})

test("logits that are not finite, because the weights are too large for float32, are refused", async () => {
	const model = tinyModel()
	const huge: ModelFolder = { ...model, read: async (name) => (await model.read(name)).map((weight) => 1e38 * weight) }
	const encoder = await loadEncoder(huge, { runtime })
	await expect(encoder.logits(tinySamples)).rejects.toThrow(
		/^encoder: the logits of sample \d must be finite, as weights of this size do not make them \(was (NaN|-?Infinity)\)$/,
	)
	await encoder.close()
})
