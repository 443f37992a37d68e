import type { ModelFolder, TensorInfo } from "@winnow/checkpoint"
import { interpreter } from "@winnow/runtime"
import { InvalidInputError, UnsupportedError } from "@winnow/tensor"
import { describe, expect, test } from "vitest"
import { loadEncoder } from "../src/index.ts"
import { type TinyOptions, tinyModel, tinySamples } from "./tiny-model.ts"

const runtime = interpreter()
const load = (model: ModelFolder) => loadEncoder(model, { runtime })

/** The model with further tensors in its files, which nothing may read. */
function withTensors(model: ModelFolder, ...names: string[]): ModelFolder {
	const info: TensorInfo = { dtype: "F32", shape: [2] }
	return { ...model, tensors: new Map([...model.tensors, ...names.map((name) => [name, info] as const)]) }
}

describe("tensors that the program does not read", () => {
	test.each<[string, TinyOptions, string[]]>([
		["layers of a distillation", {}, ["fit_dense.weight", "fit_dense.bias", "fit_denses.0.weight"]],
		["a head of pre-training", {}, ["cls.predictions.bias", "cls.seq_relationship.weight"]],
		["a loss's weight", {}, ["loss_fct.weight"]],
		["a head of another kind", {}, ["qa_outputs.weight", "lm_head.bias"]],
		["a classifier beside a span's head", { head: "span" }, ["classifier.weight"]],
		["a pooler that no head reads", { head: "span" }, ["bert.pooler.dense.weight", "bert.pooler.dense.bias"]],
		["RoBERTa's pooler", { family: "roberta" }, ["roberta.pooler.dense.weight"]],
		["a name that only begins like a family's", {}, ["bertology.encoder.layer.9.weight"]],
	])("%s are skipped and listed", async (_, options, names) => {
		const own = await load(tinyModel(options))
		const encoder = await load(withTensors(tinyModel(options), ...names))
		expect(own.unread).toEqual([])
		expect(encoder.unread).toEqual(names)
		expect(encoder.parameters).toBe(own.parameters)
		expect(await encoder.logits(tinySamples)).toEqual(await own.logits(tinySamples))
	})

	test("buffers are skipped without a word, as every loader makes them anew", async () => {
		expect((await load(withTensors(tinyModel(), "bert.embeddings.position_ids"))).unread).toEqual([])
	})

	test.each<[string, TinyOptions, string]>([
		["of other positions", {}, "bert.encoder.layer.0.attention.self.distance_embedding.weight"],
		["of cross-attention", {}, "bert.encoder.layer.1.crossattention.self.query.weight"],
		["of other embeddings", {}, "bert.embeddings.task_type_embeddings.weight"],
		["of a quantised weight", {}, "bert.encoder.layer.0.output.dense.weight_scale"],
		["of a second layer of the classifier", {}, "classifier.dense.weight"],
		["of a second classifier", {}, "classifier2.weight"],
		["of another pooler", {}, "bert.pooler.projection.weight"],
		["of DistilBERT's classifier", { family: "distilbert" }, "pre_classifier.1.weight"],
		["of RoBERTa's classifier", { family: "roberta" }, "classifier.dense2.weight"],
		["of a layer's gate", { family: "distilbert" }, "distilbert.transformer.layer.0.ffn.gate.weight"],
	])("one %s is refused by name", async (_, options, name) => {
		const expected = `a part of a ${options.family ?? "bert"} model with this head`
		await expect(load(withTensors(tinyModel(options), name))).rejects.toThrow(
			new InvalidInputError("tiny", "every tensor", expected, name),
		)
	})

	test.each([
		"bert.encoder.layer.0.attention.self.query.lora_A.weight",
		"bert.encoder.layer.0.output.adapters.task.down.weight",
		"base_model.model.classifier.lora_B.default.weight",
		"classifier.parametrizations.weight.original0",
	])("%s is refused as an adapter", async (name) => {
		const hint = "merge it into the weights first (PEFT: merge_and_unload, then save_pretrained)"
		await expect(load(withTensors(tinyModel(), name))).rejects.toThrow(
			new UnsupportedError("tiny", `tensor ${name} belongs to an adapter: ${hint}`),
		)
	})

	test.each([
		["module.", "torch.nn.DataParallel"],
		["_orig_mod.", "torch.compile"],
	])("names behind %s are refused, saying where that comes from and how to mend it", async (prefix, from) => {
		const model = tinyModel()
		const tensors = new Map([...model.tensors].map(([name, info]) => [prefix + name, info]))
		const error = await load({ ...model, tensors }).catch((error) => error)
		expect(error).toBeInstanceOf(UnsupportedError)
		expect(error.message).toMatch(
			`tiny: the tensors' names begin with ${prefix}, the prefix of ${from}: rename them in that folder first: python -c "`,
		)
		expect(error.message).toMatch(`k.removeprefix('${prefix}')`)
	})
})

describe("numbers of a configuration that cannot be", () => {
	const half = (field: string) => ({ [field]: 1.5 })
	test.each<[TinyOptions, string]>([
		[
			{ config: { num_hidden_layers: 1e9 } },
			"num_hidden_layers must be 2, the layers that the weights have (was 1000000000)",
		],
		[{ config: { num_hidden_layers: 1 } }, "num_hidden_layers must be 2, the layers that the weights have (was 1)"],
		[{ config: { num_hidden_layers: -1 } }, "num_hidden_layers must be 2, the layers that the weights have (was -1)"],
		[{ config: { num_hidden_layers: "2" } }, 'num_hidden_layers must be a positive integer (was "2")'],
		[{ config: { num_hidden_layers: Number.NaN } }, "num_hidden_layers must be 2"],
		[{ family: "distilbert", config: { n_layers: 3 } }, "n_layers must be 2, the layers that the weights have (was 3)"],
		[{ config: { hidden_size: Number.POSITIVE_INFINITY } }, "hidden_size must be"],
		[{ config: { hidden_size: 2 ** 31 } }, "hidden_size must be below 2147483648 (was 2147483648)"],
		[{ config: half("num_attention_heads") }, "num_attention_heads must be"],
		[{ config: { num_attention_heads: 0 } }, "num_attention_heads must be a positive integer (was 0)"],
		[{ config: half("vocab_size") }, "vocab_size must be"],
		[{ config: { vocab_size: -20 } }, "vocab_size must be a positive integer (was -20)"],
		[{ config: { max_position_embeddings: 2 ** 53 } }, "max_position_embeddings must be below 2147483648"],
		[{ config: { intermediate_size: null, ffn_per_layer: null } }, "intermediate_size must be a number (was missing)"],
		[{ config: { heads_per_layer: [2, 3] } }, "heads_per_layer must be at most 2 in every layer (was 3)"],
		[{ config: { ffn_per_layer: [7, 6] } }, "ffn_per_layer must be at most 6 in every layer (was 7)"],
		[{ config: { ffn_per_layer: [6, -1] } }, "ffn_per_layer[1] must be"],
		[{ config: { layer_norm_eps: Number.POSITIVE_INFINITY } }, "layer_norm_eps must be a positive number, at most 1"],
		[{ config: { layer_norm_eps: 0 } }, "layer_norm_eps must be a positive number, at most 1 (was 0)"],
		[
			{ family: "roberta", config: { pad_token_id: 10 } },
			"max_position_embeddings must be above 11, the rows before the first token's (was 11)",
		],
		[{ family: "roberta", config: { pad_token_id: -1 } }, "pad_token_id must be a natural number (was -1)"],
		[{ config: { num_labels: 3 } }, "num_labels must be 2, one for each logit (was 3)"],
	])("%j is refused", async (options, message) => {
		await expect(load(tinyModel(options))).rejects.toThrow(`tiny/config.json: ${message}`)
	})

	test.each([
		["vocab_size", 21, "bert.embeddings.word_embeddings.weight must be [21, 8] by config.json (was [20, 8])"],
		[
			"max_position_embeddings",
			8,
			"bert.embeddings.position_embeddings.weight must be [8, 8] by config.json (was [9, 8])",
		],
		["type_vocab_size", 1, "bert.embeddings.token_type_embeddings.weight must be [1, 8] by config.json (was [2, 8])"],
		[
			"hidden_size",
			16,
			"bert.encoder.layer.0.attention.self.query.weight must be [16, 16] by config.json (was [8, 8])",
		],
	])("a %s of %d that the weights contradict is refused", async (field, value, message) => {
		await expect(load(tinyModel({ config: { [field]: value } }))).rejects.toThrow(`tiny: the shape of ${message}`)
	})

	test("a layer count that is absurd is refused where no tensor tells of layers, too", async () => {
		const model = tinyModel({ config: { num_hidden_layers: 1e9, heads_per_layer: null, ffn_per_layer: null } })
		const tensors = new Map([...model.tensors].filter(([name]) => !name.includes(".layer.")))
		await expect(load({ ...model, tensors })).rejects.toThrow(
			"num_hidden_layers must be at most 10000 (was 1000000000)",
		)
	})
})

test("another name of the exact GELU is the same model", async () => {
	const [own, named] = await Promise.all(
		["gelu", "gelu_python"].map((hidden_act) => load(tinyModel({ config: { hidden_act } }))),
	)
	expect(await named!.logits(tinySamples)).toEqual(await own!.logits(tinySamples))
})

test.each([
	"gelu_10",
	"gelu_fast",
	"gelu_new",
	"gelu_pytorch_tanh",
	"gelu_python_tanh",
	"gelu_accurate",
	"quick_gelu",
	"relu",
])("%s, another function, is refused by name", async (hidden_act) => {
	await expect(load(tinyModel({ config: { hidden_act } }))).rejects.toThrow(
		new UnsupportedError("tiny/config.json", `hidden_act must be gelu or gelu_python (was ${hidden_act})`),
	)
})

test("a closed encoder refuses everything in one line, and closing it again does nothing", async () => {
	const encoder = await load(tinyModel())
	const every = encoder.sublayers.map(({ units }) => Uint32Array.from({ length: units }, (_, unit) => unit))
	await encoder.logits(tinySamples)
	const slim = encoder.slim(every)
	await encoder.close()
	await encoder.close()
	const methods: Record<string, () => unknown> = {
		logits: () => encoder.logits(tinySamples),
		maskGradients: () => encoder.maskGradients(tinySamples, { loss: "task" }),
		statistics: () => encoder.statistics(tinySamples, { loss: "task" }).next(),
		rebuild: () => encoder.rebuild(every, tinySamples, { fit: async () => undefined }),
		outputWeights: () => encoder.outputWeights(),
		slim: () => encoder.slim(every),
		rounded: () => encoder.rounded("float16"),
		dtype: () => encoder.dtype,
		stopwatch: () => encoder.stopwatch({ batch: 1, length: 2 }),
		save: () => encoder.save("nowhere"),
	}
	const uses = [...Object.entries(methods), ...Object.entries(encoder.graphs)]
	const closed = new InvalidInputError("encoder", "the encoder", "open", "closed")
	for (const [name, use] of uses) await expect(async () => use(), name).rejects.toThrow(closed)
	expect(await slim.logits(tinySamples)).toHaveLength(tinySamples.length)
})
