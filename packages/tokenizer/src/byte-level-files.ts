import { type } from "arktype"
import { byteLevelBpe } from "./byte-level-bpe.ts"
import { checked, parsedJson } from "./checked-json.ts"
import { configuredTokens, type TokenFiles, withSpecialTokensMap } from "./configured-tokens.ts"
import { mergesOf } from "./merges.ts"
import { unchanged } from "./normalizer.ts"
import { vocabularySpaces } from "./space-trimming.ts"
import { robertaTokens, tokenOf } from "./special-tokens.ts"
import { robertaTemplate } from "./template.ts"
import type { FileText } from "./text-file.ts"
import { tokenizerConfig } from "./tokenizer-config.ts"
import type { TokenizerDefinition } from "./tokenizer-definition.ts"
import { idIn, sizeWith, vocabularyOf } from "./vocabulary.ts"

/** The files of a tokenizer that has no tokenizer.json. */
interface ByteLevelFiles extends TokenFiles {
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
	const where = files.vocabulary.path
	const config = withSpecialTokensMap(tokenizerConfig(files.config, classes), files)
	const { add_prefix_space = false, trim_offsets = true } = config
	const tokenIds = checked(where, TokenIds, parsedJson(where, files.vocabulary.text))
	const vocabulary = vocabularyOf(where, Object.entries(tokenIds))
	const idOf = (role: "cls" | "sep") =>
		idIn(files.config.path, vocabulary, `${role}_token`, tokenOf(config, role, robertaTokens)?.content ?? "")
	const [cls, sep] = [idOf("cls"), idOf("sep")]
	const addedTokens = configuredTokens(files, config, vocabulary, robertaTokens)
	const mergeOf = mergesOf(files.merges.path, vocabulary, linesOf(files.merges.text))
	const pairs = { vocabulary, mergeOf, unknown: undefined, fusesUnknown: false }
	const trimming = { keepsPrefixSpace: add_prefix_space, ofVocabulary: vocabularySpaces(vocabulary) }
	return {
		where,
		size: sizeWith((files.addedTokens ?? files.config).path, vocabulary, addedTokens),
		normalize: unchanged,
		forEachToken: byteLevelBpe(pairs, { addsPrefixSpace: add_prefix_space }),
		addedTokens,
		trimming: trim_offsets ? trimming : undefined,
		template: robertaTemplate(cls, sep),
	}
}

function linesOf(text: string): string[] {
	const lines = text.split(/\r?\n/)
	if (lines.at(-1) === "") lines.pop()
	return lines
}
