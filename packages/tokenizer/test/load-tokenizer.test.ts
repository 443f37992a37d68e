import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { InvalidInputError, mustBe, UnsupportedError } from "@winnow/tensor"
import { expect, test } from "vitest"
import { loadTokenizer } from "../src/index.ts"
import { bertFolder } from "./bert-folder.ts"
import { fixture } from "./fixture.ts"
import { folderWith } from "./folder-with.ts"
import { expectAnswers, type LibraryCase } from "./library-case.ts"
import { smallTokenizer, smallTokens } from "./small-tokenizer.ts"

const { model, normalizer } = smallTokenizer
const smallVocabulary = `${smallTokens.join("\n")}\n`

/** A token with flags, as a tokenizer_config.json has it. */
const typed = (flags: object) => ({ __type: "AddedToken", content: "plane", ...flags })

test("vocab.txt with tokenizer_config.json makes the tokenizer that tokenizer.json makes", async () => {
	const tokenizer = await loadTokenizer(bertFolder)
	expect(tokenizer.files).toEqual(["tokenizer_config.json", "vocab.txt"])
	expectAnswers(tokenizer, fixture<LibraryCase>("encodings.jsonl"))
})

test("size is the largest id + 1, files are those that exist", async () => {
	const bert = await loadTokenizer(bertFolder)
	expect(bert.size).toBe(30522)
	const added = { ...smallTokenizer.added_tokens[0], id: smallTokens.length, content: "<new>" }
	const folder = folderWith({ "tokenizer.json": { ...smallTokenizer, added_tokens: [added] }, "README.md": "" })
	const tokenizer = await loadTokenizer(folder)
	expect(tokenizer.size).toBe(smallTokens.length + 1)
	expect(tokenizer.files).toEqual(["tokenizer.json"])
	expect([...tokenizer.tokenize("a<new>").ids]).toEqual([5, smallTokens.length])
})

test.each([
	{ config: {}, text: "É b", ids: ["e", "b"] },
	{ config: { do_lower_case: false }, text: "a A é", ids: ["a", "[UNK]", "[UNK]"] },
	{ config: { do_lower_case: false, strip_accents: true }, text: "é É", ids: ["e", "[UNK]"] },
	{ config: { strip_accents: false }, text: "A é", ids: ["a", "[UNK]"] },
	{ config: {}, text: "a中a", ids: ["a", "[UNK]", "a"] },
	{ config: { tokenize_chinese_chars: false }, text: "a中a", ids: ["[UNK]"] },
	{ config: { mask_token: "plane", pad_token: null }, text: "aplanes", ids: ["a", "plane", "[UNK]"] },
	{ config: { mask_token: typed({ lstrip: true, single_word: true }) }, text: "aplane", ids: ["[UNK]"] },
	{ config: { additional_special_tokens: ["b"] }, text: "aba", ids: ["a", "b", "a"] },
	{ config: { added_tokens_decoder: { 12: { content: "Né", special: false } } }, text: "ane", ids: ["a", "new"] },
])("tokenizer_config.json $config reads $text as $ids", async ({ config, text, ids }) => {
	const tokenizer = await loadTokenizer(folderWith({ "vocab.txt": smallVocabulary, "tokenizer_config.json": config }))
	const all = [...smallTokens, "new"]
	expect(Array.from(tokenizer.tokenize(text).ids, (id) => all[id])).toEqual(ids)
})

test("special_tokens_map.json and added_tokens.json count where the configuration lists no added tokens", async () => {
	const files = {
		"vocab.txt": smallVocabulary,
		"special_tokens_map.json": { mask_token: "plane" },
		"added_tokens.json": { "<new>": smallTokens.length },
	}
	const old = await loadTokenizer(folderWith({ ...files, "tokenizer_config.json": {} }))
	expect([...old.tokenize("aplane<new>").ids]).toEqual([5, 8, 12])
	expect(old.files).toEqual(["tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "added_tokens.json"])
	const recent = await loadTokenizer(folderWith({ ...files, "tokenizer_config.json": { added_tokens_decoder: {} } }))
	expect(recent.size).toBe(smallTokens.length)
	expect([...recent.tokenize("aplane").ids]).toEqual([1])
})

test("a model of 2020, which does not say its kind, is WordPiece by its fields", async () => {
	const { type: _, ...unnamed } = model
	const tokenizer = await loadTokenizer(folderWith({ "tokenizer.json": { ...smallTokenizer, model: unnamed } }))
	expect([...tokenizer.tokenize("planes").ids]).toEqual([8, 9])
})

const added = smallTokenizer.added_tokens[0]
const sequence = (id: string) => ({ Sequence: { id, type_id: 0 } })
const template = {
	type: "TemplateProcessing",
	single: [sequence("A")],
	pair: [sequence("A"), sequence("B")],
	special_tokens: {},
}

test.each([
	["version", "1.0", { version: "2.0" }, "2.0"],
	["model.type", "WordPiece or BPE", { model: { type: "Unigram", vocab: [] } }, "Unigram"],
	["model.type", "WordPiece or BPE", { model: { vocab: [] } }, null],
	["normalizer.type", "BertNormalizer", { normalizer: { type: "Sequence", normalizers: [] } }, "Sequence"],
	["normalizer.type", "BertNormalizer", { normalizer: null }, null],
	["pre_tokenizer.type", "BertPreTokenizer", { pre_tokenizer: { type: "Whitespace" } }, "Whitespace"],
	["post_processor.type", "TemplateProcessing or BertProcessing", { post_processor: null }, null],
	["post_processor.single", "a template of A, once each", { post_processor: { ...template, single: [] } }, ""],
	[
		"post_processor.pair",
		"a template of A and B, once each",
		{ post_processor: { ...template, pair: [sequence("B")] } },
		"B",
	],
])("tokenizer.json is refused as not supported: %s must be %s", async (what, expected, change, actual) => {
	const folder = folderWith({ "tokenizer.json": { ...smallTokenizer, ...change } })
	const error = new UnsupportedError(join(folder, "tokenizer.json"), mustBe(what, expected, actual))
	await expect(loadTokenizer(folder)).rejects.toThrow(error)
	await expect(loadTokenizer(folder)).rejects.toBeInstanceOf(UnsupportedError)
})

const cls = { SpecialToken: { id: "[CLS]", type_id: 0 } }

test.each([
	["the file", "an object", "3", "a number"],
	["model", "an object", { model: 3 }, "a number"],
	["model.vocab.a", "a number", { model: { ...model, vocab: { a: "0" } } }, "a string"],
	["model.unk_token", "a string", { model: { ...model, unk_token: undefined } }, "missing"],
	["model.unk_token", "in the vocabulary", { model: { ...model, unk_token: "?" } }, '"?"'],
	["normalizer.lowercase", "false or true", { normalizer: { ...normalizer, lowercase: 1 } }, "1"],
	['the id of "b"', "an integer from 0 to 67108863", { model: { ...model, vocab: { a: 0, b: 2 ** 26 } } }, 2 ** 26],
	['the id of "b"', 'unlike that of "a"', { model: { ...model, vocab: { a: 0, b: 0 } } }, 0],
	['the id of the added token "[MASK]"', "4", { added_tokens: [{ ...added, id: 9 }] }, 9],
	['the id of the added token "<x>"', "12", { added_tokens: [{ ...added, content: "<x>", id: 40 }] }, 40],
	[
		"added token 12",
		"neither empty nor like another",
		{ added_tokens: [{ ...added, content: "\u0301", id: 12, normalized: true }] },
		"",
	],
	[
		"a piece of post_processor",
		"a Sequence or a SpecialToken",
		{ post_processor: { ...template, single: [{}] } },
		"neither",
	],
	[
		"a SpecialToken",
		"one of post_processor.special_tokens",
		{ post_processor: { ...template, single: [cls] } },
		"[CLS]",
	],
	[
		"a special token of post_processor",
		"an id below 12",
		{ post_processor: { type: "BertProcessing", cls: ["[CLS]", 99], sep: ["[SEP]", 3] } },
		99,
	],
])("tokenizer.json is refused as wrong: %s must be %s", async (what, expected, change, actual) => {
	const content = typeof change === "string" ? change : { ...smallTokenizer, ...change }
	const folder = folderWith({ "tokenizer.json": content })
	await expectInvalid(folder, "tokenizer.json", what, expected, actual)
})

test.each([
	["tokenizer_config.json", "the file", "an object", { "tokenizer_config.json": [] }, "an array"],
	["tokenizer_config.json", "cls_token", "in the vocabulary", { "tokenizer_config.json": { cls_token: null } }, '""'],
	["tokenizer_config.json", "unk_token", "in the vocabulary", { "tokenizer_config.json": { unk_token: null } }, '""'],
	[
		"tokenizer_config.json",
		"mask_token.__type",
		'"AddedToken"',
		{ "tokenizer_config.json": { mask_token: { content: "plane" } } },
		"missing",
	],
	[
		"tokenizer_config.json",
		"truncation_side",
		'"left" or "right"',
		{ "tokenizer_config.json": { truncation_side: "middle" } },
		'"middle"',
	],
	[
		"tokenizer_config.json",
		"do_lower_case",
		"false or true",
		{ "tokenizer_config.json": { do_lower_case: "yes" } },
		'"yes"',
	],
	[
		"tokenizer_config.json",
		"a key of added_tokens_decoder",
		"an id",
		{ "tokenizer_config.json": { added_tokens_decoder: { x: { content: "x" } } } },
		"x",
	],
	["added_tokens.json", "the file", "an object", { "added_tokens.json": [] }, "an array"],
	["special_tokens_map.json", "the file", "an object", { "special_tokens_map.json": ["[MASK]"] }, "an array"],
	["added_tokens.json", 'the id of the added token "<x>"', "12", { "added_tokens.json": { "<x>": 13 } }, 13],
])("%s is refused as wrong: %s must be %s", async (name, what, expected, files, actual) => {
	const folder = folderWith({ "vocab.txt": smallVocabulary, "tokenizer_config.json": {}, ...files })
	await expectInvalid(folder, name, what, expected, actual)
})

test.each([
	["tokenizer_class", { tokenizer_class: "XLMRobertaTokenizer" }],
	["auto_map", { auto_map: { AutoTokenizer: ["own.Tokenizer", null] } }],
	["init_inputs", { init_inputs: ["vocab.txt"] }],
	["merges", { merges: [] }],
])("a configuration with another %s is refused as not supported", async (what, config) => {
	const loading = loadTokenizer(folderWith({ "vocab.txt": smallVocabulary, "tokenizer_config.json": config }))
	await expect(loading).rejects.toThrow(`tokenizer_config.json: ${what} must be`)
	await expect(loading).rejects.toBeInstanceOf(UnsupportedError)
})

test("a folder without a tokenizer is refused in one line", async () => {
	const expected = "one with tokenizer.json, vocab.txt, or vocab.json and merges.txt"
	for (const folder of [folderWith({}), folderWith({ "merges.txt": "a b" }), "no/such/folder"]) {
		const error = new InvalidInputError("tokenizer", "the folder", expected, folder)
		await expect(loadTokenizer(folder)).rejects.toThrow(error)
	}
})

test("a file that is not JSON, or not text, is refused in one line", async () => {
	const broken = loadTokenizer(folderWith({ "tokenizer.json": '{\n"model":\n}' }))
	await expect(broken).rejects.toThrow(/tokenizer\.json: the file must be valid JSON \(was .*\)$/)
	const binary = folderWith({})
	writeFileSync(join(binary, "tokenizer.json"), Uint8Array.of(0xff, 0xfe))
	await expectInvalid(binary, "tokenizer.json", "the file", "UTF-8 text", "other bytes")
	const folder = folderWith({})
	mkdirSync(join(folder, "tokenizer.json"))
	await expectInvalid(folder, "tokenizer.json", "the file", "readable", "EISDIR")
})

async function expectInvalid(folder: string, name: string, what: string, expected: string, actual: unknown) {
	const loading = loadTokenizer(folder)
	await expect(loading).rejects.toThrow(new InvalidInputError(join(folder, name), what, expected, actual))
	await expect(loading).rejects.toBeInstanceOf(InvalidInputError)
}

const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 231508\n"
const page = "<!DOCTYPE html>\n<html><body>Not found</body></html>"

test.each(["tokenizer.json", "tokenizer_config.json", "vocab.txt"])(
	"a Git LFS pointer or a web page in place of %s is said to be one",
	async (name) => {
		const whole = { "tokenizer_config.json": {}, "vocab.txt": smallVocabulary }
		for (const [content, message] of [
			[pointer, "this is a Git LFS pointer, not the file itself: run `git lfs pull` in its folder"],
			[
				page,
				"this is a web page, not the file itself: download it again (on the Hugging Face Hub from an address with /resolve/, not /blob/)",
			],
		] as const) {
			const folder = folderWith({ ...whole, [name]: content })
			await expect(loadTokenizer(folder)).rejects.toThrow(new UnsupportedError(join(folder, name), message))
		}
	},
)
