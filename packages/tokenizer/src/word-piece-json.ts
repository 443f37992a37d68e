import { type } from "arktype"
import { addedTokenJson } from "./added-token-json.ts"
import type { AddedToken } from "./added-tokens.ts"
import { bertNormalizer, type Normalization } from "./bert-normalizer.ts"
import { checked } from "./checked-json.ts"
import { requireKind } from "./required-kind.ts"
import type { Template } from "./template.ts"
import { templateJson } from "./template-json.ts"
import type { TokenizerDefinition } from "./tokenizer-definition.ts"
import { idIn, sizeWith, type Vocabulary, vocabularyOf } from "./vocabulary.ts"
import { wordPieces } from "./word-piece.ts"

const Part = type({ type: "string" }).or("null")

const Parts = type({ "normalizer?": Part, "pre_tokenizer?": Part })

const BertTokenizer = type({
	normalizer: {
		clean_text: "boolean",
		handle_chinese_chars: "boolean",
		"strip_accents?": "boolean | null",
		lowercase: "boolean",
	},
	model: {
		unk_token: "string",
		continuing_subword_prefix: "string",
		max_input_chars_per_word: "number.integer >= 0",
		vocab: "Record<string, number>",
	},
})

/** All that a tokenizer.json with a WordPiece model says. */
interface WordPieceSettings {
	readonly vocabulary: Vocabulary
	readonly normalization: Normalization
	readonly unknown: number
	readonly continuingPrefix: string
	readonly maxCharacters: number
	readonly addedTokens: readonly AddedToken[]
	readonly template: Template
}

/**
 * Reads a tokenizer.json with a WordPiece model.
 *
 * @param where - path of the file, for messages
 * @param data - the whole file
 * @throws {InvalidInputError} when a field is missing or wrong, or ids do not fit together
 * @throws {UnsupportedError} when a part is of another kind than BERT's
 */
export function wordPieceSettings(where: string, data: unknown): WordPieceSettings {
	const parts = checked(where, Parts, data)
	requireKind(where, "normalizer.type", ["BertNormalizer"], parts.normalizer?.type ?? null)
	requireKind(where, "pre_tokenizer.type", ["BertPreTokenizer"], parts.pre_tokenizer?.type ?? null)
	const { normalizer, model } = checked(where, BertTokenizer, data)
	const vocabulary = vocabularyOf(where, Object.entries(model.vocab))
	const addedTokens = addedTokenJson(where, data)
	const size = sizeWith(vocabulary, addedTokens)
	return {
		vocabulary,
		normalization: {
			cleanText: normalizer.clean_text,
			separateIdeographs: normalizer.handle_chinese_chars,
			stripAccents: normalizer.strip_accents ?? normalizer.lowercase,
			lowercase: normalizer.lowercase,
		},
		unknown: idIn(where, vocabulary, "model.unk_token", model.unk_token),
		continuingPrefix: model.continuing_subword_prefix,
		maxCharacters: model.max_input_chars_per_word,
		addedTokens,
		template: templateJson(where, data, { size, kinds: ["TemplateProcessing", "BertProcessing"] }),
	}
}

/** The tokenizer that such a file defines. */
export function wordPieceDefinition(where: string, settings: WordPieceSettings): TokenizerDefinition {
	const { vocabulary, addedTokens, template } = settings
	return {
		where,
		size: sizeWith(vocabulary, addedTokens),
		normalize: bertNormalizer(settings.normalization),
		forEachToken: wordPieces(settings),
		addedTokens,
		trimming: undefined,
		template,
	}
}
