import { type } from "arktype"
import { byteLevelBpe } from "./byte-level-bpe.ts"
import { checked, parsedJson } from "./checked-json.ts"
import { configuredParts, type NamedToken, type TokenFiles, withSpecialTokensMap } from "./configured-tokens.ts"
import { addedTokenFields } from "./json-fields.ts"
import { mergesOf } from "./merges.ts"
import { unchanged } from "./normalizer.ts"
import { vocabularySpaces } from "./space-trimming.ts"
import { robertaTokens } from "./special-tokens.ts"
import { robertaTemplate } from "./template.ts"
import type { FileText } from "./text-file.ts"
import { tokenizerConfig } from "./tokenizer-config.ts"
import type { TokenizerDefinition } from "./tokenizer-definition.ts"
import { vocabularyOf } from "./vocabulary.ts"

/** The files of a tokenizer that has no tokenizer.json. */
export interface ByteLevelFiles extends TokenFiles {
	/** vocab.json: token to id. */
	readonly vocabulary: FileText
	/** merges.txt: two tokens a line, the earliest merge first. */
	readonly merges: FileText
}

const TokenIds = type("Record<string, number>")

/** Those whose fast version is ByteLevel, BPE and RobertaProcessing. */
const classes = ["Roberta", "Bart", "Longformer"].map((of) => `${of}Tokenizer`)

/**
 * Reads vocab.json, merges.txt and what stands beside them, as Hugging Face `transformers` makes a fast tokenizer of
 * them.
 *
 * @throws {InvalidInputError} when a file is wrong or ids do not fit together
 * @throws {UnsupportedError} when the configuration asks for what RoBERTa's tokenizer does not do
 */
export function byteLevelFiles(files: ByteLevelFiles): TokenizerDefinition {
	const { vocabulary, config, roles, addedTokens, size } = partsOf(files)
	const { add_prefix_space = false, trim_offsets = true } = config
	const mergeOf = mergesOf(files.merges.path, vocabulary, linesOf(files.merges.text))
	const pairs = { vocabulary, mergeOf, unknown: undefined, fusesUnknown: false }
	const trimming = { keepsPrefixSpace: add_prefix_space, ofVocabulary: vocabularySpaces(vocabulary) }
	return {
		where: files.vocabulary.path,
		size,
		normalize: unchanged,
		forEachToken: byteLevelBpe(pairs, { addsPrefixSpace: add_prefix_space }),
		addedTokens,
		trimming: trim_offsets ? trimming : undefined,
		template: robertaTemplate(roles.cls.id, roles.sep.id),
	}
}

/** The tokenizer.json that says the same. */
export function byteLevelFilesJson(files: ByteLevelFiles): object {
	const { vocabulary, config, roles, addedTokens } = partsOf(files)
	const { add_prefix_space = false, trim_offsets = true } = config
	const bytes = { type: "ByteLevel", add_prefix_space, trim_offsets, use_regex: true }
	const separator = ({ content, id }: NamedToken) => [content, id]
	return {
		version: "1.0",
		truncation: null,
		padding: null,
		added_tokens: addedTokens.map(addedTokenFields),
		normalizer: null,
		pre_tokenizer: bytes,
		post_processor: {
			type: "RobertaProcessing",
			sep: separator(roles.sep),
			cls: separator(roles.cls),
			trim_offsets,
			add_prefix_space,
		},
		decoder: bytes,
		model: {
			type: "BPE",
			dropout: null,
			unk_token: null,
			continuing_subword_prefix: "",
			end_of_word_suffix: "",
			fuse_unk: false,
			byte_fallback: false,
			ignore_merges: false,
			vocab: Object.fromEntries(vocabulary),
			merges: linesOf(files.merges.text)
				.filter((line) => !line.startsWith("#version"))
				.map((line) => line.split(" ")),
		},
	}
}

function partsOf(files: ByteLevelFiles) {
	const where = files.vocabulary.path
	const config = withSpecialTokensMap(tokenizerConfig(files.config, classes), files)
	const tokenIds = checked(where, TokenIds, parsedJson(where, files.vocabulary.text))
	const vocabulary = vocabularyOf(where, Object.entries(tokenIds))
	const named = { vocabulary, defaults: robertaTokens, roles: ["cls", "sep"] } as const
	return { config, vocabulary, ...configuredParts(files, config, named) }
}

function linesOf(text: string): string[] {
	const lines = text.split(/\r?\n/)
	if (lines.at(-1) === "") lines.pop()
	return lines
}
