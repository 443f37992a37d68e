import { bertNormalizer } from "./bert-normalizer.ts"
import { configuredTokens, type TokenFiles, withSpecialTokensMap } from "./configured-tokens.ts"
import { bertTokens, tokenOf } from "./special-tokens.ts"
import { bertTemplate } from "./template.ts"
import type { FileText } from "./text-file.ts"
import { tokenizerConfig } from "./tokenizer-config.ts"
import type { TokenizerDefinition } from "./tokenizer-definition.ts"
import { idIn, sizeWith, vocabularyOf } from "./vocabulary.ts"
import { wordPieces } from "./word-piece.ts"

/** The files of a tokenizer that has no tokenizer.json. */
interface VocabularyFiles extends TokenFiles {
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
	const where = files.vocabulary.path
	const config = withSpecialTokensMap(tokenizerConfig(files.config, classes), files)
	const { do_lower_case = true, strip_accents, tokenize_chinese_chars = true } = config
	const vocabulary = vocabularyOf(where, linesOf(files.vocabulary.text))
	const idOf = (role: "unk" | "cls" | "sep") =>
		idIn(files.config.path, vocabulary, `${role}_token`, tokenOf(config, role, bertTokens)?.content ?? "")
	const [unknown, cls, sep] = [idOf("unk"), idOf("cls"), idOf("sep")]
	const addedTokens = configuredTokens(files, config, vocabulary, bertTokens)
	return {
		where,
		size: sizeWith((files.addedTokens ?? files.config).path, vocabulary, addedTokens),
		normalize: bertNormalizer({
			cleanText: true,
			separateIdeographs: tokenize_chinese_chars,
			stripAccents: strip_accents ?? do_lower_case,
			lowercase: do_lower_case,
		}),
		forEachToken: wordPieces({ vocabulary, unknown, continuingPrefix: "##", maxCharacters: 100 }),
		addedTokens,
		trimming: undefined,
		template: bertTemplate(cls, sep),
	}
}

/** Tokens with the numbers of their lines. The library drops all white space at the end of a line. */
function linesOf(text: string): [token: string, id: number][] {
	const lines = text.split("\n")
	if (lines.at(-1) === "") lines.pop()
	return lines.map((line, id) => [line.replace(/\p{White_Space}+$/u, ""), id])
}
