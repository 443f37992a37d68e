import { bertNormalizer } from "./bert-normalizer.ts"
import { configuredParts, type TokenFiles, withSpecialTokensMap } from "./configured-tokens.ts"
import { addedTokenFields, bertTemplateFields } from "./json-fields.ts"
import { bertTokens } from "./special-tokens.ts"
import { bertTemplate } from "./template.ts"
import type { FileText } from "./text-file.ts"
import { tokenizerConfig } from "./tokenizer-config.ts"
import type { TokenizerDefinition } from "./tokenizer-definition.ts"
import { vocabularyOf } from "./vocabulary.ts"
import { wordPieces } from "./word-piece.ts"

/** The files of a tokenizer that has no tokenizer.json. */
export interface VocabularyFiles extends TokenFiles {
	/** vocab.txt: a token a line, its id the number of the line, from 0. */
	readonly vocabulary: FileText
}

/** Those whose fast version is a BertNormalizer, a BertPreTokenizer, WordPiece and `[CLS] A [SEP] B [SEP]`. */
const classes = ["Bert", "ConvBert", "DistilBert", "Electra", "MobileBert", "SqueezeBert"].map((of) => `${of}Tokenizer`)

/**
 * Reads vocab.txt and what stands beside it, as Hugging Face `transformers` makes a fast tokenizer of them.
 *
 * @throws {InvalidInputError} when a file is wrong or ids do not fit together
 * @throws {UnsupportedError} when the configuration asks for what WordPiece of BERT's kind does not do
 */
export function vocabularyFile(files: VocabularyFiles): TokenizerDefinition {
	const { vocabulary, config, roles, addedTokens, size } = partsOf(files)
	const { do_lower_case = true, strip_accents, tokenize_chinese_chars = true } = config
	const [unknown, cls, sep] = [roles.unk.id, roles.cls.id, roles.sep.id]
	return {
		where: files.vocabulary.path,
		size,
		normalize: bertNormalizer({
			cleanText: true,
			separateIdeographs: tokenize_chinese_chars,
			stripAccents: strip_accents ?? do_lower_case,
			lowercase: do_lower_case,
		}),
		forEachToken: wordPieces({ vocabulary, unknown, continuingPrefix, maxCharacters }),
		addedTokens,
		trimming: undefined,
		template: bertTemplate(cls, sep),
	}
}

/** The tokenizer.json that says the same. */
export function vocabularyFileJson(files: VocabularyFiles): object {
	const { vocabulary, config, roles, addedTokens } = partsOf(files)
	const { do_lower_case: lowercase = true, strip_accents = null, tokenize_chinese_chars = true } = config
	return {
		version: "1.0",
		truncation: null,
		padding: null,
		added_tokens: addedTokens.map(addedTokenFields),
		normalizer: {
			type: "BertNormalizer",
			clean_text: true,
			handle_chinese_chars: tokenize_chinese_chars,
			strip_accents,
			lowercase,
		},
		pre_tokenizer: { type: "BertPreTokenizer" },
		post_processor: bertTemplateFields(roles.cls, roles.sep),
		decoder: { type: "WordPiece", prefix: continuingPrefix, cleanup: true },
		model: {
			type: "WordPiece",
			unk_token: roles.unk.content,
			continuing_subword_prefix: continuingPrefix,
			max_input_chars_per_word: maxCharacters,
			vocab: Object.fromEntries(vocabulary),
		},
	}
}

/** Of every tokenizer of this kind. */
const [continuingPrefix, maxCharacters] = ["##", 100]

function partsOf(files: VocabularyFiles) {
	const config = withSpecialTokensMap(tokenizerConfig(files.config, classes), files)
	const vocabulary = vocabularyOf(files.vocabulary.path, linesOf(files.vocabulary.text))
	const named = { vocabulary, defaults: bertTokens, roles: ["unk", "cls", "sep"] } as const
	return { config, vocabulary, ...configuredParts(files, config, named) }
}

/** Tokens with the numbers of their lines. The library drops all white space at the end of a line. */
function linesOf(text: string): [token: string, id: number][] {
	const lines = text.split("\n")
	if (lines.at(-1) === "") lines.pop()
	return lines.map((line, id) => [line.replace(/\p{White_Space}+$/u, ""), id])
}
