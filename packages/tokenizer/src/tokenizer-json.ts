import { type } from "arktype"
import type { AddedToken } from "./added-tokens.ts"
import { checked, parsedJson } from "./checked-json.ts"
import { requireKind } from "./required-kind.ts"
import { templateJson } from "./template-json.ts"
import type { FileText } from "./text-file.ts"
import type { TokenizerDefinition } from "./tokenizer-definition.ts"
import { idIn, sizeWith, vocabularyOf } from "./vocabulary.ts"

const Part = type({ type: "string" }).or("null")

/** Enough to say what kind of tokenizer it is. */
const Outline = type({
	"version?": "string",
	model: { "type?": "string", "continuing_subword_prefix?": "unknown", "merges?": "unknown" },
	"normalizer?": Part,
	"pre_tokenizer?": Part,
})
type Outline = typeof Outline.infer

const FileAddedToken = type({
	id: "number.integer >= 0",
	content: "string",
	single_word: "boolean",
	lstrip: "boolean",
	rstrip: "boolean",
	normalized: "boolean",
})

const BertTokenizer = type({
	"added_tokens?": FileAddedToken.array(),
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

/**
 * Reads a tokenizer.json. Its `truncation` and `padding` belong to whatever use it was saved from and are ignored.
 *
 * @throws {InvalidInputError} when it is not JSON, a field is missing or wrong, or ids do not fit together
 * @throws {UnsupportedError} when a part is of another kind than BERT's
 */
export function tokenizerJson({ path: where, text }: FileText): TokenizerDefinition {
	const data = parsedJson(where, text)
	requireBert(where, checked(where, Outline, data))
	const { added_tokens = [], normalizer, model } = checked(where, BertTokenizer, data)
	const vocabulary = vocabularyOf(where, Object.entries(model.vocab))
	const addedTokens = added_tokens.filter(({ content }) => content !== "").map(addedToken)
	const size = sizeWith(where, vocabulary, addedTokens)
	return {
		where,
		size,
		normalization: {
			cleanText: normalizer.clean_text,
			separateIdeographs: normalizer.handle_chinese_chars,
			stripAccents: normalizer.strip_accents ?? normalizer.lowercase,
			lowercase: normalizer.lowercase,
		},
		model: {
			vocabulary,
			unknown: idIn(where, vocabulary, "model.unk_token", model.unk_token),
			continuingPrefix: model.continuing_subword_prefix,
			maxCharacters: model.max_input_chars_per_word,
		},
		addedTokens,
		template: templateJson(where, data, size),
	}
}

function requireBert(where: string, { version, model, normalizer, pre_tokenizer }: Outline): void {
	requireKind(where, "version", ["1.0"], version ?? "1.0")
	requireKind(where, "model.type", ["WordPiece"], model.type ?? unnamedKind(model))
	requireKind(where, "normalizer.type", ["BertNormalizer"], normalizer?.type ?? null)
	requireKind(where, "pre_tokenizer.type", ["BertPreTokenizer"], pre_tokenizer?.type ?? null)
}

/** Files of 2020 do not name their model: it shows by its fields. */
function unnamedKind(model: Outline["model"]): string | null {
	if ("merges" in model) return "BPE"
	return "continuing_subword_prefix" in model ? "WordPiece" : null
}

function addedToken(token: typeof FileAddedToken.infer): AddedToken {
	return {
		id: token.id,
		content: token.content,
		singleWord: token.single_word,
		leftStrip: token.lstrip,
		rightStrip: token.rstrip,
		normalized: token.normalized,
	}
}
