import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { completeFiles, loadTokenizer } from "../src/index.ts"
import { folderWith } from "./folder-with.ts"
import { smallTokenizer, smallTokens } from "./small-tokenizer.ts"

const bert = { modelType: "bert", maxLength: 512 }
const texts = ["a plane, planes.", "É中 <new>[MASK] b", "", "Abb  aPlanes [SEP] e"]
const pair = "b. <new>"

/** What a folder holds after the files that are missing were written. */
async function completed(folder: string, facts = bert) {
	const { copied, written } = await completeFiles(folder, facts)
	const kept = copied.map((name) => [name, readFileSync(join(folder, name), "utf8")])
	return { written: Object.keys(written), folder: folderWith({ ...Object.fromEntries(kept), ...written }) }
}

async function expectSame(one: string, other: string) {
	const [before, after] = [await loadTokenizer(one), await loadTokenizer(other)]
	expect(after.size).toBe(before.size)
	for (const text of texts) {
		expect(after.encode(text)).toEqual(before.encode(text))
		expect(after.encode(text, { pair, maxLength: 9 })).toEqual(before.encode(text, { pair, maxLength: 9 }))
	}
}

const vocabulary = `${smallTokens.join("\n")}\n`
const added = { 12: { content: "<new>", special: false, lstrip: true, normalized: false } }

test.each([
	{ config: {} },
	{ config: { do_lower_case: false } },
	{ config: { strip_accents: false, tokenize_chinese_chars: false } },
	{ config: { mask_token: { content: "plane", single_word: true }, added_tokens_decoder: added } },
	{ config: { sep_token: "b", cls_token: "a" } },
])("vocab.txt with $config becomes a tokenizer.json of the same tokens", async ({ config }) => {
	const folder = folderWith({ "vocab.txt": vocabulary, "tokenizer_config.json": config })
	const { written, folder: whole } = await completed(folder)
	expect(written).toEqual(["tokenizer.json", "tokenizer_config.json"])
	await expectSame(folder, whole)
})

test("vocab.json and merges.txt become a tokenizer.json of the same tokens", async () => {
	const tokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "a", "b", "Ġ", "Ġa", "ab", "p"]
	const folder = folderWith({
		"vocab.json": Object.fromEntries(tokens.map((token, id) => [token, id])),
		"merges.txt": "#version: 0.2\nĠ a\na b\n",
		"tokenizer_config.json": { add_prefix_space: true, mask_token: { content: "<mask>", lstrip: true } },
	})
	const { written, folder: whole } = await completed(folder, { modelType: "roberta", maxLength: 512 })
	expect(written).toEqual(["tokenizer.json", "tokenizer_config.json"])
	const [before, after] = [await loadTokenizer(folder), await loadTokenizer(whole)]
	for (const text of ["ab a b", " <mask> abp", ""])
		expect(after.encode(text, { pair: "a" })).toEqual(before.encode(text, { pair: "a" }))
	expect(JSON.parse(readFileSync(join(whole, "tokenizer.json"), "utf8")).model.merges).toEqual([
		["Ġ", "a"],
		["a", "b"],
	])
})

test("special tokens are marked as such, and the rest is not", async () => {
	const config = { added_tokens_decoder: added }
	const { folder } = await completed(folderWith({ "vocab.txt": vocabulary, "tokenizer_config.json": config }))
	const { added_tokens: tokens } = JSON.parse(readFileSync(join(folder, "tokenizer.json"), "utf8"))
	const special = tokens.map(({ content, special }: { content: string; special: boolean }) => [content, special])
	expect(Object.fromEntries(special)).toEqual({
		"[PAD]": true,
		"[UNK]": true,
		"[CLS]": true,
		"[SEP]": true,
		"[MASK]": true,
		"<new>": false,
	})
})

test("a configuration gets what it lacks, and keeps what it says", async () => {
	const given = { sep_token: "b", model_max_length: 64, extra: 1 }
	const map = { mask_token: "plane" }
	const folder = folderWith({
		"tokenizer.json": smallTokenizer,
		"tokenizer_config.json": given,
		"special_tokens_map.json": map,
	})
	const { written, folder: whole } = await completed(folder, { modelType: "distilbert", maxLength: 512 })
	expect(written).toEqual(["tokenizer_config.json"])
	expect(JSON.parse(readFileSync(join(whole, "tokenizer_config.json"), "utf8"))).toEqual({
		...given,
		...map,
		unk_token: "[UNK]",
		cls_token: "[CLS]",
		pad_token: "[PAD]",
		tokenizer_class: "DistilBertTokenizer",
	})
	const again = await completeFiles(whole, { modelType: "distilbert", maxLength: 512 })
	expect(again.written).toEqual({})
	expect(again.copied).toEqual(["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"])
})

test("a folder without a configuration gets one", async () => {
	const { written } = await completeFiles(folderWith({ "tokenizer.json": smallTokenizer }), bert)
	expect(JSON.parse(written["tokenizer_config.json"]!)).toEqual({
		unk_token: "[UNK]",
		cls_token: "[CLS]",
		sep_token: "[SEP]",
		pad_token: "[PAD]",
		mask_token: "[MASK]",
		model_max_length: 512,
		tokenizer_class: "BertTokenizer",
	})
})
