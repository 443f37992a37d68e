/** Tokens of a vocabulary that fits on a page, with ids by position. */
export const smallTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##b", "plane", "##s", ".", "e"]

/** A tokenizer.json over them. */
export const smallTokenizer = {
	version: "1.0",
	truncation: { direction: "Right", max_length: 4, strategy: "LongestFirst", stride: 0 },
	padding: { strategy: { Fixed: 9 }, direction: "Right", pad_id: 0, pad_type_id: 0, pad_token: "[PAD]" },
	added_tokens: [{ id: 4, content: "[MASK]", single_word: false, lstrip: false, rstrip: false, normalized: false }],
	normalizer: {
		type: "BertNormalizer",
		clean_text: true,
		handle_chinese_chars: true,
		strip_accents: null,
		lowercase: true,
	},
	pre_tokenizer: { type: "BertPreTokenizer" },
	post_processor: { type: "BertProcessing", cls: ["[CLS]", 2], sep: ["[SEP]", 3] },
	model: {
		type: "WordPiece",
		unk_token: "[UNK]",
		continuing_subword_prefix: "##",
		max_input_chars_per_word: 100,
		vocab: Object.fromEntries(smallTokens.map((token, id) => [token, id])),
	},
}
