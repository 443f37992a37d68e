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
	{
		config: { mask_token: { __type: "AddedToken", content: "plane", single_word: true }, added_tokens_decoder: added },
	},
	{ config: { split_special_tokens: true } },
	{ config: { additional_special_tokens: ["plane"], truncation_side: "left" } },
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
		"tokenizer_config.json": {
			add_prefix_space: true,
			mask_token: { __type: "AddedToken", content: "<mask>", lstrip: true },
		},
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
	// The template of tokenizer.json has another separator.
	expect(written).toEqual(["tokenizer.json", "tokenizer_config.json"])
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

const whole = { ...smallTokenizer, decoder: { type: "WordPiece", prefix: "##", cleanup: true } }
const special = smallTokens.slice(0, 5).map((content, id) => ({
	...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
}))

test("a tokenizer.json that says what wins stays, byte for byte", async () => {
	const folder = folderWith({ "tokenizer.json": { ...whole, added_tokens: special } })
	expect((await completed(folder)).written).toEqual(["tokenizer_config.json"])
})

/** The two files as they are written. */
async function writtenFiles(files: object) {
	const { written } = await completeFiles(folderWith({ ...files }), bert)
	const [json, config] = ["tokenizer.json", "tokenizer_config.json"].map((name) => JSON.parse(written[name] ?? "{}"))
	return { json, config }
}

test("tokenizer.json gets the switches of the configuration, which win", async () => {
	const config = { do_lower_case: false, strip_accents: true, tokenize_chinese_chars: false, cls_token: "a" }
	const { json } = await writtenFiles({ "tokenizer.json": whole, "tokenizer_config.json": config })
	expect(json.normalizer).toEqual({
		type: "BertNormalizer",
		clean_text: true,
		handle_chinese_chars: false,
		strip_accents: true,
		lowercase: false,
	})
	expect(json.post_processor.single[0]).toEqual({ SpecialToken: { id: "a", type_id: 0 } })
	expect(json.model).toEqual(whole.model)
})

test("the configuration gets the switches of tokenizer.json, where those win", async () => {
	const config = { tokenizer_class: "PreTrainedTokenizerFast", do_lower_case: false, tokenize_chinese_chars: true }
	const { config: written } = await writtenFiles({ "tokenizer.json": whole, "tokenizer_config.json": config })
	// What the padding of tokenizer.json pads with is the class's padding token.
	expect(written).toEqual({ ...config, do_lower_case: true, pad_token: "[PAD]", model_max_length: 512 })
})

test("what only slow tokenizers of Transformers 4 read is left out", async () => {
	const config = { never_split: ["plane"], do_basic_tokenize: false, padding_side: "left" }
	const { config: written } = await writtenFiles({ "vocab.txt": vocabulary, "tokenizer_config.json": config })
	expect([written.never_split, written.do_basic_tokenize, written.padding_side]).toEqual([undefined, undefined, "left"])
})

test("special tokens that are plain text are in the configuration alone", async () => {
	const config = { split_special_tokens: true }
	const files = { "tokenizer.json": { ...whole, added_tokens: special }, "tokenizer_config.json": config }
	const { json, config: written } = await writtenFiles(files)
	expect(json.added_tokens).toEqual([])
	expect(Object.keys(written.added_tokens_decoder)).toEqual(["0", "1", "2", "3", "4"])
})

test("roles are those of special_tokens_map.json, where it wins", async () => {
	const files = {
		"tokenizer.json": whole,
		"tokenizer_config.json": { mask_token: "b", pad_token: "e" },
		"special_tokens_map.json": { mask_token: { content: "plane", lstrip: true }, pad_token: null },
	}
	const { config } = await writtenFiles(files)
	expect([config.mask_token, config.pad_token]).toEqual(["plane", null])
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
