import { InvalidInputError, UnsupportedError } from "@winnow/tensor"
import { expect, test } from "vitest"
import { contextWindows, loadTokenizer } from "../src/index.ts"
import { folderWith } from "./folder-with.ts"
import { bertJson, robertaJson, vocabJson, vocabTxt } from "./tokenizer-folders.ts"

// That these values are Transformers' is shown in real-auto-tokenizer.test.ts.

const words = [...vocabTxt.trimEnd().split("\n"), "new", "newer"]
const bert = { "tokenizer.json": bertJson, "config.json": { model_type: "bert" } }
const fast = "PreTrainedTokenizerFast"
const typed = (content: string, flags: object = {}) => ({ __type: "AddedToken", content, ...flags })

/** Tokens of the text, as they stand in the vocabulary; those behind it are `new`, `newer`. */
async function tokens(files: object, text: string) {
	const tokenizer = await loadTokenizer(folderWith({ ...files }))
	return Array.from(tokenizer.tokenize(text).ids, (id) => words[id]).join(" ")
}

test.each([
	// A cased tokenizer.json: BertTokenizer builds its normaliser by the configuration, others take it as it is.
	{ config: {}, text: "A É", is: "a e" },
	{ config: { do_lower_case: false }, text: "A É", is: "A É" },
	{ config: { do_lower_case: true, tokenizer_class: "DistilBertTokenizerFast" }, text: "A É", is: "a e" },
	{ config: { do_lower_case: true, tokenizer_class: fast }, text: "A É", is: "A É" },
	{ config: { do_lower_case: true, tokenizer_class: "ConvBertTokenizer" }, text: "A É", is: "A É" },
	{ config: { do_lower_case: false, strip_accents: true }, text: "A é", is: "A e" },
	{ config: { strip_accents: false }, text: "A É", is: "a é" },
	{ config: { strip_accents: true, tokenizer_class: fast }, text: "é", is: "é" },
	{ config: { tokenize_chinese_chars: false }, text: "a中", is: "a ##中" },
	{ config: { tokenize_chinese_chars: true }, text: "a中", is: "a 中" },
	{ config: { tokenize_chinese_chars: false, tokenizer_class: fast }, text: "a中", is: "a 中" },
	{ config: { split_special_tokens: true }, text: "a [MASK]", is: "a [ mask ]" },
	{ config: { split_special_tokens: true, tokenizer_class: fast }, text: "[MASK]", is: "[ MASK ]" },
	// Nobody reads these.
	{ config: { never_split: ["A"], do_basic_tokenize: false }, text: "A.", is: "a ." },
	{ config: { clean_up_tokenization_spaces: true, padding_side: "left" }, text: "A .", is: "a ." },
	// Special tokens.
	{ config: { mask_token: "plane" }, text: "aplane [MASK]", is: "a plane [MASK]" },
	{
		config: { mask_token: typed("plane", { lstrip: true, single_word: true }) },
		text: "aplane a plane",
		is: "[UNK] a plane",
	},
	{ config: { unk_token: "x" }, text: "zz", is: "x" },
	{ config: { unk_token: "x", tokenizer_class: fast }, text: "zz axa", is: "[UNK] a x a" },
	{ config: { additional_special_tokens: ["zz"] }, text: "azz", is: "a new" },
	{ config: { extra_special_tokens: { image_token: "zz" }, audio_token: "yy" }, text: "zzyy", is: "newer new" },
	{ config: { added_tokens_decoder: { 8: { content: "plane", special: true } } }, text: "aplane", is: "a plane" },
	{ config: { added_tokens_decoder: { 25: { content: "Zz" } } }, text: "zz ZZ", is: "new new" },
])("$config beside a cased tokenizer.json reads $text as $is", async ({ config, text, is }) => {
	expect(await tokens({ ...bert, "tokenizer_config.json": config }, text)).toBe(is)
})

test.each([
	{ config: { cls_token: "[PAD]" }, is: [0, 3] },
	{ config: { cls_token: "b", sep_token: typed("[CLS]") }, is: [6, 2] },
	{ config: { cls_token: "b", tokenizer_class: fast }, is: [2, 3] },
	{ config: { cls_token: "b", tokenizer_class: "ConvBertTokenizer" }, is: [6, 3] },
	{ config: { cls_token: "zz" }, is: [25, 3] },
])("$config puts $is around a text", async ({ config, is }) => {
	const tokenizer = await loadTokenizer(folderWith({ ...bert, "tokenizer_config.json": config }))
	expect([...tokenizer.encode("").ids]).toEqual(is)
	expect(tokenizer.size).toBe(Math.max(25, is[0]! + 1))
})

test.each([
	{ files: {}, is: "a e" },
	{ files: { "config.json": { model_type: "bert", tokenizer_class: fast } }, is: "A É" },
	{ files: { "config.json": { model_type: "distilbert" }, "tokenizer_config.json": {} }, is: "a e" },
	{ files: { "config.json": {} }, is: "A É" },
	{ files: { "config.json": {}, "tokenizer_config.json": { tokenizer_class: "ElectraTokenizerFast" } }, is: "a e" },
])("the class is that of tokenizer_config.json, of config.json, of the model: $files", async ({ files, is }) => {
	expect(await tokens({ ...bert, ...files }, "A É")).toBe(is)
})

test("a special_tokens_map.json wins where the configuration has no added_tokens_decoder", async () => {
	const files = { ...bert, "special_tokens_map.json": { mask_token: { content: "plane", lstrip: true } } }
	expect(await tokens({ ...files, "tokenizer_config.json": { mask_token: "b" } }, "a  plane aba")).toBe("a plane [UNK]")
	const listed = { mask_token: "b", added_tokens_decoder: {} }
	expect(await tokens({ ...files, "tokenizer_config.json": listed }, "aba")).toBe("a b a")
})

test("of a token that two files describe, the configuration's flags count", async () => {
	const token = { ...bertJson.added_tokens[0], id: 25, content: "New", special: false, normalized: true }
	const json = { ...bertJson, normalizer: { ...bertJson.normalizer, lowercase: true }, added_tokens: [token] }
	const files = { ...bert, "tokenizer.json": json, "tokenizer_config.json": { tokenizer_class: fast } }
	expect(await tokens(files, "New new")).toBe("new new")
	const config = { tokenizer_class: fast, added_tokens_decoder: { 25: { content: "New", normalized: false } } }
	expect(await tokens({ ...files, "tokenizer_config.json": config }, "New b")).toBe("new b")
	expect(await tokens({ ...files, "tokenizer_config.json": config }, "xnew")).toBe("[UNK]")
})

const roberta = { "tokenizer.json": robertaJson, "config.json": { model_type: "roberta" } }
const word = (token: string) => (vocabJson as Record<string, number>)[token]

test.each([
	{ config: {}, first: "h" },
	{ config: { add_prefix_space: true }, first: "Ġhello" },
	{ config: { add_prefix_space: true, tokenizer_class: "BartTokenizerFast" }, first: "Ġhello" },
	{ config: { add_prefix_space: true, tokenizer_class: "TokenizersBackend" }, first: "h" },
])("$config beside RoBERTa's tokenizer.json begins hello with $first", async ({ config, first }) => {
	const tokenizer = await loadTokenizer(folderWith({ ...roberta, "tokenizer_config.json": config }))
	const start = tokenizer.tokenize("hello").ids[0]
	expect([word("h"), word("he"), word("hel"), word("hello")].includes(start)).toBe(first === "h")
})

test("trim_offsets is the configuration's, too", async () => {
	const offsets = async (config: object) => {
		const tokenizer = await loadTokenizer(folderWith({ ...roberta, "tokenizer_config.json": config }))
		return [...tokenizer.tokenize("a a").offsets]
	}
	expect(await offsets({ trim_offsets: false })).toEqual([0, 1, 1, 3])
	expect(await offsets({})).toEqual([0, 1, 2, 3])
	expect(await offsets({ trim_offsets: false, tokenizer_class: fast })).toEqual([0, 1, 2, 3])
})

const left = { direction: "Left", max_length: 4, strategy: "LongestFirst", stride: 0 }

test.each([
	{ config: { truncation_side: "left" }, truncation: null, is: "left" },
	{ config: {}, truncation: left, is: "left" },
	{ config: { truncation_side: "right" }, truncation: left, is: "right" },
	{ config: {}, truncation: null, is: "right" },
])("$config with $truncation cuts on the $is", async ({ config, truncation, is }) => {
	const json = { ...bertJson, truncation }
	const tokenizer = await loadTokenizer(
		folderWith({ ...bert, "tokenizer.json": json, "tokenizer_config.json": config }),
	)
	const cut = (text: string, pair?: string) => [...tokenizer.encode(text, { pair, maxLength: 5 }).ids]
	expect(tokenizer.truncationSide).toBe(is)
	expect(cut("a b e plane")).toEqual(is === "left" ? [2, 6, 11, 8, 3] : [2, 5, 6, 11, 3])
	expect(cut("a b", "e plane")).toEqual(is === "left" ? [2, 6, 3, 8, 3] : [2, 5, 3, 11, 3])
	const { offsets } = tokenizer.encode("a b e plane", { maxLength: 3 })
	expect([...offsets]).toEqual(is === "left" ? [0, 0, 6, 11, 0, 0] : [0, 0, 0, 1, 0, 0])
})

test("windows over a context begin at its end where a text is cut on the left", async () => {
	const config = { truncation_side: "left" }
	const tokenizer = await loadTokenizer(folderWith({ ...bert, "tokenizer_config.json": config }))
	const windows = contextWindows(tokenizer, "x", "a b e . plane", { maxLength: 7, stride: 1 })
	expect(windows.map(({ ids }) => [...ids])).toEqual([
		[2, 24, 3, 11, 10, 8, 3],
		[2, 24, 3, 5, 6, 11, 3],
	])
})

test.each([
	{ name: "Windows line ends", text: vocabTxt.replaceAll("\n", "\r\n") },
	{ name: "white space at the ends of lines", text: vocabTxt.replaceAll("\n", " \u3000\n") },
	{ name: "no end of the last line", text: vocabTxt.trimEnd() },
	{ name: "blank lines behind", text: `${vocabTxt}\n \n` },
])("a vocab.txt with $name is read, without a tokenizer_config.json", async ({ text }) => {
	expect(await tokens({ "config.json": bert["config.json"], "vocab.txt": text }, "A plane 中 x")).toBe("a plane 中 x")
})

test("of a token that stands on two lines of vocab.txt, the last is its id; new tokens are counted by tokens", async () => {
	const config = { additional_special_tokens: ["zz"] }
	const files = {
		...bert,
		"tokenizer.json": "",
		"vocab.txt": `${vocabTxt}a\n\nlast\n`,
		"tokenizer_config.json": config,
	}
	const { "tokenizer.json": _, ...older } = files
	const tokenizer = await loadTokenizer(folderWith(older))
	expect([...tokenizer.tokenize("a b last zz").ids]).toEqual([25, 6, 27, 27])
	expect(tokenizer.size).toBe(28)
})

test("a byte order mark is part of the first token, which is another then", async () => {
	const files = { "config.json": bert["config.json"], "vocab.txt": `\ufeff${vocabTxt}` }
	const tokenizer = await loadTokenizer(folderWith(files))
	expect([...tokenizer.encode("a").ids]).toEqual([2, 5, 3])
	expect(() => tokenizer.tokenize("a [PAD]")).toThrow('vocab.txt: the token "[PAD]" of a text must be among the 25 of')
})

test.each([
	["tokenizer.json", "model.type must be BPE (was WordPiece)", { ...bert, "config.json": { model_type: "roberta" } }],
	["tokenizer.json", "model.type must be WordPiece (was BPE)", { ...roberta, "config.json": { model_type: "bert" } }],
	["config.json", "model_type must be bert or", { ...bert, "config.json": { model_type: "mpnet" } }],
	["config.json", "tokenizer_class must be", { ...bert, "config.json": { model_type: "bert", tokenizer_class: "X" } }],
	["tokenizer.json", "the vocabulary must be in", { "vocab.txt": vocabTxt, "tokenizer.model": "" }],
])("%s is refused as not supported: %s", async (name, message, files) => {
	const loading = loadTokenizer(folderWith({ ...files }))
	await expect(loading).rejects.toThrow(`${name}: ${message}`)
	await expect(loading).rejects.toBeInstanceOf(UnsupportedError)
})

test.each([
	["tokenizer.json", { "vocab.txt": vocabTxt, "tokenizer_config.json": { tokenizer_class: fast } }],
	["vocab.txt", { "vocab.json": { a: 0 }, "merges.txt": "", "config.json": { model_type: "bert" } }],
	["vocab.json", { "vocab.txt": vocabTxt, "config.json": { model_type: "roberta" } }],
])("%s is missing for the class that is named", async (name, files) => {
	const loading = loadTokenizer(folderWith({ ...files }))
	await expect(loading).rejects.toThrow(`${name}: the file must be there for a`)
	await expect(loading).rejects.toBeInstanceOf(InvalidInputError)
})
