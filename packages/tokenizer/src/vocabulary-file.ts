import { InvalidInputError } from "@winnow/tensor"
import { type } from "arktype"
import type { AddedToken } from "./added-tokens.ts"
import { checked, parsedJson } from "./checked-json.ts"
import { type Role, specialTokens, tokenOf } from "./special-tokens.ts"
import { bertTemplate } from "./template.ts"
import type { FileText } from "./text-file.ts"
import { type FlaggedToken, specialTokensMap, type TokenizerConfig, tokenizerConfig } from "./tokenizer-config.ts"
import type { TokenizerDefinition } from "./tokenizer-definition.ts"
import { idIn, sizeWith, type Vocabulary, vocabularyOf } from "./vocabulary.ts"

/** The files of a tokenizer that has no tokenizer.json. */
interface VocabularyFiles {
	/** vocab.txt: a token a line, its id the number of the line, from 0. */
	readonly vocabulary: FileText
	/** tokenizer_config.json */
	readonly config: FileText
	/** special_tokens_map.json; wins over the configuration in a folder from before `added_tokens_decoder`. */
	readonly specialTokens: FileText | undefined
	/** added_tokens.json: token to id; read in such a folder only. */
	readonly addedTokens: FileText | undefined
}

const AddedTokenIds = type({ "[string]": "number.integer >= 0" })

/**
 * Reads vocab.txt and what stands beside it, as Hugging Face `transformers` makes a fast tokenizer of them.
 *
 * @throws {InvalidInputError} when a file is wrong or ids do not fit together
 * @throws {UnsupportedError} when the configuration asks for what WordPiece of BERT's kind does not do
 */
export function vocabularyFile(files: VocabularyFiles): TokenizerDefinition {
	const where = files.vocabulary.path
	const config = configOf(files)
	const { do_lower_case = true, strip_accents, tokenize_chinese_chars = true } = config
	const vocabulary = vocabularyOf(where, linesOf(files.vocabulary.text))
	const idOf = (role: Role) =>
		idIn(files.config.path, vocabulary, `${role}_token`, tokenOf(config, role)?.content ?? "")
	const [unknown, cls, sep] = [idOf("unk"), idOf("cls"), idOf("sep")]
	const addedTokens = addedTokensOf(files, config, vocabulary)
	return {
		where,
		size: sizeWith((files.addedTokens ?? files.config).path, vocabulary, addedTokens),
		normalization: {
			cleanText: true,
			separateIdeographs: tokenize_chinese_chars,
			stripAccents: strip_accents ?? do_lower_case,
			lowercase: do_lower_case,
		},
		model: { vocabulary, unknown, continuingPrefix: "##", maxCharacters: 100 },
		addedTokens,
		template: bertTemplate(cls, sep),
	}
}

function configOf({ config: file, specialTokens: map }: VocabularyFiles): TokenizerConfig {
	const config = tokenizerConfig(file)
	return map && !config.added_tokens_decoder ? { ...config, ...specialTokensMap(map) } : config
}

/** Tokens with the numbers of their lines. The library drops all white space at the end of a line. */
function linesOf(text: string): [token: string, id: number][] {
	const lines = text.split("\n")
	if (lines.at(-1) === "") lines.pop()
	return lines.map((line, id) => [line.replace(/\p{White_Space}+$/u, ""), id])
}

/** What is listed with an id, then the special tokens that are not. */
function addedTokensOf(files: VocabularyFiles, config: TokenizerConfig, vocabulary: Vocabulary): AddedToken[] {
	const special = specialTokens(config, vocabulary)
	const isNamed = new Set(special.map(({ content }) => content))
	const tokens = new Map<string, AddedToken>()
	for (const [id, token] of listedTokens(files, config)) {
		tokens.set(token.content, addedToken(id, token, token.special ?? isNamed.has(token.content)))
	}
	for (const token of special) {
		if (tokens.has(token.content)) continue
		const id = idIn(files.config.path, vocabulary, "a special token", token.content)
		tokens.set(token.content, addedToken(id, token, true))
	}
	return [...tokens.values()]
}

function listedTokens(files: VocabularyFiles, config: TokenizerConfig): [id: number, token: FlaggedToken][] {
	if (config.added_tokens_decoder) {
		return Object.entries(config.added_tokens_decoder).map(([id, token]) => [idFrom(files.config.path, id), token])
	}
	if (!files.addedTokens) return []
	const { path, text } = files.addedTokens
	const ids = Object.entries(checked(path, AddedTokenIds, parsedJson(path, text)))
	return ids.sort(([, a], [, b]) => a - b).map(([content, id]) => [id, { content }])
}

function idFrom(where: string, key: string): number {
	if (!/^\d+$/.test(key)) throw new InvalidInputError(where, "a key of added_tokens_decoder", "an id", key)
	return Number(key)
}

function addedToken(id: number, token: FlaggedToken, isSpecial: boolean): AddedToken {
	return {
		id,
		content: token.content,
		singleWord: token.single_word ?? false,
		leftStrip: token.lstrip ?? false,
		rightStrip: token.rstrip ?? false,
		normalized: token.normalized ?? !isSpecial,
	}
}
