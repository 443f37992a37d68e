import { readFileSync } from "node:fs"
import { join } from "node:path"
import { type ModelFolder, openModelFolder } from "@winnow/checkpoint"
import { loadTokenizer, type Tokenizer } from "@winnow/tokenizer"
import { afterAll, beforeAll, expect, test } from "vitest"
import { demoDataFolder, demoModelFolder } from "../src/index.ts"

let model: ModelFolder
let tokenizer: Tokenizer
beforeAll(async () => {
	model = await openModelFolder(demoModelFolder())
	tokenizer = await loadTokenizer(demoModelFolder())
})
afterAll(() => model.close())

const jsonOf = (name: string) => JSON.parse(readFileSync(join(demoModelFolder(), name), "utf8"))

/** Sentences of all three files. The text is the first column, or in test.tsv the second. */
const sentences = ["train", "dev", "test"].flatMap((split) => {
	const lines = readFileSync(join(demoDataFolder(), `${split}.tsv`), "utf8")
		.trimEnd()
		.split("\n")
		.slice(1)
	return lines.map((line) => line.split("\t")[split === "test" ? 1 : 0]!)
})

test("is a BERT of 4 layers with 4 heads and 512 neurons each, in float16", async () => {
	expect(jsonOf("config.json")).toMatchObject({
		model_type: "bert",
		hidden_size: 128,
		num_hidden_layers: 4,
		num_attention_heads: 4,
		intermediate_size: 512,
		id2label: { 0: "negative", 1: "positive" },
	})
	expect(model.tensors.size).toBe(73)
	expect(new Set([...model.tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(["F16"]))
	expect(model.bytes).toBeLessThan(3e6)
})

test("has finite weights", async () => {
	for (const name of model.tensors.keys()) expect((await model.read(name)).length).toBeGreaterThan(0)
})

test("has an embedding for every piece of the vocabulary, which is the same in both files", () => {
	const pieces = readFileSync(join(demoModelFolder(), "vocab.txt"), "utf8").trimEnd().split("\n")
	const embeddings = model.tensors.get("bert.embeddings.word_embeddings.weight")
	expect(embeddings?.shape).toEqual([pieces.length, 128])
	expect(tokenizer.size).toBe(pieces.length)
	expect(jsonOf("tokenizer.json").model.vocab).toEqual(Object.fromEntries(pieces.map((piece, id) => [piece, id])))
})

test("knows every word of the reviews, none of which is longer than an input may be", () => {
	const unknown = jsonOf("tokenizer.json").model.vocab["[UNK]"]
	const encodings = sentences.map((sentence) => tokenizer.encode(sentence).ids)
	expect(encodings.filter((ids) => ids.includes(unknown))).toEqual([])
	expect(Math.max(...encodings.map(({ length }) => length))).toBeLessThanOrEqual(
		jsonOf("config.json").max_position_embeddings,
	)
})

test("scored well on dev.tsv when it was trained, and left something to lose", () => {
	const { task, split, rows, accuracy } = jsonOf("eval.json")
	expect({ task, split, rows }).toEqual({ task: "sst2", split: "dev", rows: 1000 })
	expect(accuracy).toBeGreaterThan(0.9)
	expect(accuracy).toBeLessThan(0.98)
})
