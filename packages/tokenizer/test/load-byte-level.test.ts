import { join } from "node:path"
import { InvalidInputError, mustBe, UnsupportedError } from "@winnow/tensor"
import { expect, test } from "vitest"
import { loadTokenizer } from "../src/index.ts"
import { byteLevelModel, robertaTokenizer } from "./byte-level-model.ts"
import { folderWith } from "./folder-with.ts"

const { model, pre_tokenizer, post_processor } = robertaTokenizer
const roberta = { "vocab.json": model.vocab, "merges.txt": model.merges.join("\n") }

test("size is the largest id + 1, files are those that exist", async () => {
	const tokenizer = await loadTokenizer(folderWith({ ...roberta, "tokenizer.json": robertaTokenizer }))
	expect(tokenizer.size).toBe(1000)
	expect(tokenizer.files).toEqual(["tokenizer.json", "vocab.json", "merges.txt"])
})

test.each([
	["normalizer", "null", { normalizer: { type: "NFC" } }, "NFC"],
	["pre_tokenizer.type", "ByteLevel", { pre_tokenizer: { type: "Metaspace" } }, "Metaspace"],
	["pre_tokenizer.type", "ByteLevel", { pre_tokenizer: null }, null],
	["pre_tokenizer.use_regex", "true", { pre_tokenizer: { ...pre_tokenizer, use_regex: false } }, false],
	[
		"post_processor.type",
		"RobertaProcessing or TemplateProcessing",
		{ post_processor: { type: "ByteLevel" } },
		"ByteLevel",
	],
	["model.dropout", "off", { model: { ...model, dropout: 0.1 } }, 0.1],
	["model.continuing_subword_prefix", "off", { model: { ...model, continuing_subword_prefix: "##" } }, "##"],
	["model.end_of_word_suffix", "off", { model: { ...model, end_of_word_suffix: "</w>" } }, "</w>"],
	["model.byte_fallback", "off", { model: { ...model, byte_fallback: true } }, true],
	["model.ignore_merges", "off", { model: { ...model, ignore_merges: true } }, true],
])("tokenizer.json is refused as not supported: %s must be %s", async (what, expected, change, actual) => {
	const folder = folderWith({ "tokenizer.json": { ...robertaTokenizer, ...change } })
	const error = new UnsupportedError(join(folder, "tokenizer.json"), mustBe(what, expected, actual))
	await expect(loadTokenizer(folder)).rejects.toThrow(error)
	await expect(loadTokenizer(folder)).rejects.toBeInstanceOf(UnsupportedError)
})

test.each([
	["model.vocab", "an object", { model: { ...model, vocab: undefined } }, "missing"],
	["model.merges", "an array", { model: { ...model, merges: 3 } }, "number"],
	["merge 1", "two tokens with a space between", { model: { ...model, merges: ["a b c"] } }, '"a b c"'],
	["merge 2", "two tokens with a space between", { model: { ...model, merges: ["h e", ["a"]] } }, '["a"]'],
	["a token of merge 1", "in the vocabulary", { model: { ...model, merges: ["a 日"] } }, '"日"'],
	["a token of merge 1", "in the vocabulary", { model: { ...model, merges: ["Ċ ÿ"] } }, '"Ċÿ"'],
	["model.unk_token", "in the vocabulary", { model: { ...model, unk_token: "?!" } }, '"?!"'],
	["pre_tokenizer.add_prefix_space", "boolean", { pre_tokenizer: { type: "ByteLevel" } }, "missing"],
	[
		"post_processor.trim_offsets",
		"boolean",
		{ post_processor: { ...post_processor, trim_offsets: undefined } },
		"missing",
	],
	[
		"a special token of post_processor",
		"an id below 1000",
		{ post_processor: { ...post_processor, sep: ["</s>", 1000] } },
		1000,
	],
])("tokenizer.json is refused as wrong: %s must be %s", async (what, expected, change, actual) => {
	await expectInvalid(
		{ "tokenizer.json": { ...robertaTokenizer, ...change } },
		"tokenizer.json",
		what,
		expected,
		actual,
	)
})

test.each([
	["vocab.json", 'the id of "b"', 'unlike that of "a"', { "vocab.json": { a: 0, b: 0 } }, 0],
	["merges.txt", "merge 2", "two tokens with a space between", { "merges.txt": "h e\n\n" }, '""'],
	["merges.txt", "a token of merge 1", "in the vocabulary", { "merges.txt": "#version: 0.2\nh 日\n" }, '"日"'],
	["tokenizer_config.json", "cls_token", "in the vocabulary", { "tokenizer_config.json": { cls_token: null } }, '""'],
])("%s is refused as wrong: %s must be %s", async (name, what, expected, files, actual) => {
	await expectInvalid({ ...roberta, ...files }, name, what, expected, actual)
})

test("files of another class are refused as not supported", async () => {
	const config = { tokenizer_class: "GPT2Tokenizer" }
	const loading = loadTokenizer(folderWith({ ...roberta, "tokenizer_config.json": config }))
	await expect(loading).rejects.toThrow("tokenizer_config.json: tokenizer_class must be BertTokenizer or")
	await expect(loading).rejects.toBeInstanceOf(UnsupportedError)
})

test("half of the files is no tokenizer", async () => {
	await expect(loadTokenizer(folderWith({ "vocab.json": byteLevelModel().vocab }))).rejects.toThrow(
		"tokenizer: the folder must be one with tokenizer.json, vocab.txt, or vocab.json and merges.txt",
	)
})

async function expectInvalid(files: object, name: string, what: string, expected: string, actual: unknown) {
	const folder = folderWith({ ...files })
	const loading = loadTokenizer(folder)
	await expect(loading).rejects.toThrow(new InvalidInputError(join(folder, name), what, expected, actual))
	await expect(loading).rejects.toBeInstanceOf(InvalidInputError)
}
