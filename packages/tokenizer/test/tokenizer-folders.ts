import { robertaTokenizer } from "./byte-level-model.ts"
import { smallTokens } from "./small-tokenizer.ts"

/** Files of a folder by name: text as it is, anything else as JSON. */
export type Files = Readonly<Record<string, unknown>>

type Fields = Readonly<Record<string, unknown>>

const bertWords = [...smallTokens, "A", "é", "É", "中", "pla", "##ne", "[", "]", "mask", "MASK", "##中", "new", "x"]
const byteLevel = robertaTokenizer.model

const usual = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }

/** A cased tokenizer.json of BERT's kind. */
export const bertJson = {
	version: "1.0",
	truncation: null,
	padding: null,
	added_tokens: smallTokens.slice(0, 5).map((content, id) => ({ ...usual, id, content })),
	normalizer: {
		type: "BertNormalizer",
		clean_text: true,
		handle_chinese_chars: true,
		strip_accents: null,
		lowercase: false,
	},
	pre_tokenizer: { type: "BertPreTokenizer" },
	post_processor: { type: "BertProcessing", sep: ["[SEP]", 3], cls: ["[CLS]", 2] },
	decoder: { type: "WordPiece", prefix: "##", cleanup: true },
	model: {
		type: "WordPiece",
		unk_token: "[UNK]",
		continuing_subword_prefix: "##",
		max_input_chars_per_word: 100,
		vocab: Object.fromEntries(bertWords.map((token, id) => [token, id])),
	},
}

/** A tokenizer.json of RoBERTa's kind. */
export const robertaJson = {
	...robertaTokenizer,
	truncation: null,
	padding: null,
	decoder: robertaTokenizer.pre_tokenizer,
}

export const vocabTxt = `${bertWords.join("\n")}\n`
export const mergesTxt = `#version: 0.2\n${byteLevel.merges.join("\n")}\n`
export const vocabJson = byteLevel.vocab

export const bertForms: Readonly<Record<string, Files>> = {
	"tokenizer.json": { "tokenizer.json": bertJson },
	"vocab.txt": { "vocab.txt": vocabTxt },
	both: { "tokenizer.json": bertJson, "vocab.txt": "other\n" },
}

export const robertaForms: Readonly<Record<string, Files>> = {
	"tokenizer.json": { "tokenizer.json": robertaJson },
	"vocab.json and merges.txt": { "vocab.json": vocabJson, "merges.txt": mergesTxt },
	both: { "tokenizer.json": robertaJson, "vocab.json": { a: 0 }, "merges.txt": "" },
}

const typed = (content: string, flags: Fields = {}) => ({ __type: "AddedToken", content, ...flags })

/** Values of each switch. */
export const switches: Readonly<Record<string, readonly unknown[]>> = {
	do_lower_case: [true, false],
	strip_accents: [true, false, null],
	tokenize_chinese_chars: [true, false],
	add_prefix_space: [true, false],
	trim_offsets: [true, false],
	truncation_side: ["left", "right"],
	padding_side: ["left", "right"],
	split_special_tokens: [true, false],
	do_basic_tokenize: [true, false],
	never_split: [["plane", "A"], [], null],
	clean_up_tokenization_spaces: [true, false],
	model_max_length: [6, 512],
	additional_special_tokens: [["plane"], ["hello", "<new>"], []],
	extra_special_tokens: [["b"], { image_token: "x" }, [typed("plane", { lstrip: true })]],
	image_token: ["x", typed("a", { special: true })],
	bos_token: ["x", null],
	eos_token: ["<eos>"],
	cls_token: ["b", typed("plane"), "[CLS]", "<s>"],
	sep_token: ["x", typed("[SEP]", { lstrip: true }), "</s>"],
	pad_token: ["x", null, typed("[PAD]", { rstrip: true })],
	unk_token: ["x", "[UNK]", typed("[UNK]")],
	mask_token: [
		"plane",
		"hello",
		null,
		typed("plane", { lstrip: true, single_word: true }),
		typed("<mask>", { lstrip: true }),
	],
}

const mask = { lstrip: true, rstrip: false, normalized: false, single_word: false, special: true }

/** Values of `added_tokens_decoder` by kind: ids are those that the library gives. */
export const decoders: Readonly<Record<"bert" | "roberta", readonly Fields[]>> = {
	bert: [
		{ 4: { ...mask, content: "[MASK]" } },
		{ 8: { content: "plane", lstrip: false, rstrip: true, normalized: true, single_word: true, special: false } },
		{
			25: { content: "<new>", normalized: true, special: false },
			26: { content: "Éx", normalized: true, special: false },
		},
		{ 3: { content: "[SEP]", special: false }, 2: { content: "[CLS]", normalized: true } },
		{ 5: { content: "a", special: true }, 6: { content: "b", special: true, normalized: true } },
	],
	roberta: [
		{ 999: { ...mask, content: "<mask>" } },
		{ 999: { ...mask, content: "<mask>", normalized: true } },
		{ 1000: { content: "<new>", normalized: false, special: false } },
		{ 1000: { content: "<new>", rstrip: true }, 2: { content: "</s>", special: false, normalized: true } },
	],
}

/** Contents of special_tokens_map.json. */
export const maps: readonly Fields[] = [
	{ mask_token: { content: "plane", lstrip: true, rstrip: false, normalized: false, single_word: false } },
	{ cls_token: "b", additional_special_tokens: ["plane"] },
	{ sep_token: "x", pad_token: "[PAD]", mask_token: "[MASK]" },
	{ extra_special_tokens: ["a", { content: "plane", single_word: true }] },
]

/** Contents of added_tokens.json by kind. */
export const addedTokens: Readonly<Record<"bert" | "roberta", readonly Fields[]>> = {
	bert: [{ "<new>": 25 }, { "[MASK]": 4, "<new>": 25 }, { plane: 8, b: 6 }],
	roberta: [{ "<new>": 1000 }, { "<mask>": 999 }],
}

/** What a tokenizer.json says otherwise. */
export const bertVariants: readonly Fields[] = [
	{},
	{},
	{ normalizer: { ...bertJson.normalizer, lowercase: true, strip_accents: false } },
	{ normalizer: { ...bertJson.normalizer, clean_text: false, handle_chinese_chars: false } },
	{ truncation: { direction: "Left", max_length: 5, strategy: "LongestFirst", stride: 0 } },
	{ truncation: { direction: "Right", max_length: 5, strategy: "LongestFirst", stride: 0 } },
	{
		padding: {
			strategy: { Fixed: 9 },
			direction: "Left",
			pad_to_multiple_of: null,
			pad_id: 8,
			pad_type_id: 0,
			pad_token: "plane",
		},
	},
	{
		added_tokens: [...bertJson.added_tokens, { ...usual, id: 25, content: "<new>", normalized: true, special: false }],
	},
	{ added_tokens: [] },
	{ added_tokens: [{ ...usual, id: 8, content: "plane", lstrip: true, special: false }] },
	{ post_processor: { type: "BertProcessing", sep: ["b", 6], cls: ["a", 5] } },
	{ model: { ...bertJson.model, continuing_subword_prefix: "", max_input_chars_per_word: 3, unk_token: "x" } },
]

export const robertaVariants: readonly Fields[] = [
	{},
	{},
	{ pre_tokenizer: { ...robertaJson.pre_tokenizer, add_prefix_space: true } },
	{ truncation: { direction: "Left", max_length: 5, strategy: "LongestFirst", stride: 0 } },
	{ added_tokens: robertaJson.added_tokens.slice(0, 4) },
	{
		added_tokens: [
			...robertaJson.added_tokens,
			{ ...usual, id: 1000, content: "<new>", normalized: true, special: false },
		],
	},
	{ post_processor: { ...robertaJson.post_processor, cls: ["</s>", 2], sep: ["<s>", 0] } },
	{ model: { ...byteLevel, fuse_unk: true, unk_token: "<unk>" } },
]

export const classes = [
	undefined,
	"BertTokenizer",
	"BertTokenizerFast",
	"DistilBertTokenizer",
	"ConvBertTokenizer",
	"ElectraTokenizerFast",
	"RobertaTokenizer",
	"RobertaTokenizerFast",
	"BartTokenizer",
	"PreTrainedTokenizerFast",
	"PreTrainedTokenizer",
	"TokenizersBackend",
]

/** Text, pair, most tokens. */
export type Input = readonly [text: string, pair: string | null, maxLength: number | null]

export const inputs: readonly Input[] = [
	["A plane, É é planes bb. a中b 中", null, null],
	["e\u0301 A\u0000b\u200dx\ta\u00a0b\r\n \u0085 plane\ufeff", null, null],
	["a [MASK] b [SEP]plane [CLS][PAD] [mask] [UNK]", null, null],
	["hello <mask> <s>a</s> <pad><unk> <new>plane <New> éx ÉX <eos>", null, null],
	[" aplane planes x hello hellox <new>", "A b", null],
	["A plane, É é planes bb. a中b 中 hello hello", null, 7],
	["A plane, b e", "a b e . a b e x plane", 9],
	["a b e . a b e x plane", "plane x hello", 10],
	["", null, null],
	["plane", "", null],
	["supercalifragilistic ".repeat(3) + "a".repeat(120), null, null],
]

/** Texts that Transformers.js reads as it should: it knows no `single_word`, and another white space than Unicode's. */
export const plainInputs: readonly Input[] = inputs.filter(
	([text, pair, most]) => most === null && pair !== "" && !/[^ -~À-ſ一-鿿]/.test(text),
)
