import { bertTemplateFields, robertaTemplateFields, type TokenOfRole } from "./json-fields.ts"
import type { TokenizerKind } from "./tokenizer-class.ts"
import type { TokenizerConfig } from "./tokenizer-config.ts"
import type { VocabularySource } from "./vocabulary-source.ts"

/** What a class builds of. */
interface Sources {
	readonly source: VocabularySource
	readonly config: TokenizerConfig
	readonly cls: TokenOfRole
	readonly sep: TokenOfRole
	/** The token of words that the vocabulary does not make. */
	readonly unknown: string
}

/** What each class puts in the place of parts of a tokenizer.json; TokenizersBackend nothing. */
export const rebuiltParts: Readonly<Record<Exclude<TokenizerKind, "backend">, (sources: Sources) => object>> = {
	bert: bertParts,
	convBert: ({ cls, sep }) => ({ post_processor: bertTemplateFields(cls, sep) }),
	roberta: robertaParts,
}

function bertParts({ source, config, cls, sep, unknown }: Sources): object {
	return {
		normalizer: {
			type: "BertNormalizer",
			clean_text: true,
			handle_chinese_chars: config.tokenize_chinese_chars ?? true,
			strip_accents: config.strip_accents ?? null,
			lowercase: config.do_lower_case ?? true,
		},
		pre_tokenizer: { type: "BertPreTokenizer" },
		post_processor: bertTemplateFields(cls, sep),
		decoder: source.json?.decoder ?? { type: "WordPiece", prefix: "##", cleanup: true },
		model: {
			type: "WordPiece",
			unk_token: unknown,
			continuing_subword_prefix: "##",
			max_input_chars_per_word: 100,
			...source.model,
		},
	}
}

function robertaParts({ source, config, cls, sep }: Sources): object {
	const { add_prefix_space = false, trim_offsets = true } = config
	const spaces = { add_prefix_space, trim_offsets }
	const bytes = { type: "ByteLevel", add_prefix_space, trim_offsets: true, use_regex: true }
	return {
		normalizer: null,
		pre_tokenizer: bytes,
		post_processor: robertaTemplateFields(cls, sep, spaces),
		decoder: source.json?.decoder ?? bytes,
		model: {
			type: "BPE",
			dropout: null,
			unk_token: null,
			continuing_subword_prefix: "",
			end_of_word_suffix: "",
			fuse_unk: false,
			byte_fallback: false,
			ignore_merges: false,
			...source.model,
		},
	}
}
