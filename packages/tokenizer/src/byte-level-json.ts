import { mustBe, UnsupportedError } from "@winnow/tensor"
import { type } from "arktype"
import { addedTokenJson } from "./added-token-json.ts"
import type { AddedToken } from "./added-tokens.ts"
import { byteLevelBpe } from "./byte-level-bpe.ts"
import { checked } from "./checked-json.ts"
import { mergesOf } from "./merges.ts"
import { unchanged } from "./normalizer.ts"
import { requireKind } from "./required-kind.ts"
import { vocabularySpaces } from "./space-trimming.ts"
import type { Template } from "./template.ts"
import { templateJson } from "./template-json.ts"
import type { TokenizerDefinition } from "./tokenizer-definition.ts"
import { idIn, sizeWith, type Vocabulary, vocabularyOf } from "./vocabulary.ts"

const Part = type({ type: "string" }).or("null")

const Parts = type({ "normalizer?": Part, "pre_tokenizer?": Part })

const Model = type({
	"dropout?": "number | null",
	"unk_token?": "string | null",
	"continuing_subword_prefix?": "string | null",
	"end_of_word_suffix?": "string | null",
	"fuse_unk?": "boolean",
	"byte_fallback?": "boolean",
	"ignore_merges?": "boolean",
	vocab: "Record<string, number>",
	merges: type("string").or("string[]").array(),
})
type Model = typeof Model.infer

const ByteLevelTokenizer = type({
	pre_tokenizer: { add_prefix_space: "boolean", "use_regex?": "boolean" },
	model: Model,
})

const Trimming = type({
	post_processor: { type: "'RobertaProcessing'", trim_offsets: "boolean", add_prefix_space: "boolean" },
}).or({ post_processor: { type: "'TemplateProcessing'" } })

/** All that a tokenizer.json with a BPE model over bytes says. */
interface ByteLevelSettings {
	readonly vocabulary: Vocabulary
	readonly merges: Model["merges"]
	readonly unknown: number | undefined
	readonly fusesUnknown: boolean
	readonly addsPrefixSpace: boolean
	/** Undefined: offsets keep their spaces. */
	readonly keepsPrefixSpace: boolean | undefined
	readonly addedTokens: readonly AddedToken[]
	readonly template: Template
}

/**
 * Reads a tokenizer.json with a BPE model over bytes.
 *
 * @param where - path of the file, for messages
 * @param data - the whole file
 * @throws {InvalidInputError} when a field is missing or wrong, or ids do not fit together
 * @throws {UnsupportedError} when a part is of another kind than RoBERTa's
 */
export function byteLevelSettings(where: string, data: unknown): ByteLevelSettings {
	const { normalizer = null, pre_tokenizer } = checked(where, Parts, data)
	if (normalizer !== null) throw new UnsupportedError(where, mustBe("normalizer", "null", normalizer.type))
	requireKind(where, "pre_tokenizer.type", ["ByteLevel"], pre_tokenizer?.type ?? null)
	const { pre_tokenizer: byteLevel, model } = checked(where, ByteLevelTokenizer, data)
	if (byteLevel.use_regex === false) throw new UnsupportedError(where, mustBe("pre_tokenizer.use_regex", "true", false))
	requirePlain(where, model)
	const vocabulary = vocabularyOf(where, Object.entries(model.vocab))
	const addedTokens = addedTokenJson(where, data)
	const size = sizeWith(vocabulary, addedTokens)
	const template = templateJson(where, data, { size, kinds: ["RobertaProcessing", "TemplateProcessing"] })
	return {
		vocabulary,
		merges: model.merges,
		unknown: unknownOf(where, vocabulary, model.unk_token ?? null),
		fusesUnknown: model.fuse_unk ?? false,
		addsPrefixSpace: byteLevel.add_prefix_space,
		keepsPrefixSpace: keepsPrefixSpace(where, data),
		addedTokens,
		template,
	}
}

/**
 * The tokenizer that such a file defines.
 *
 * @throws {InvalidInputError} when a merge does not fit the vocabulary
 */
export function byteLevelDefinition(where: string, settings: ByteLevelSettings): TokenizerDefinition {
	const { vocabulary, merges, addedTokens, addsPrefixSpace, keepsPrefixSpace, template } = settings
	const pairs = { ...settings, mergeOf: mergesOf(where, vocabulary, merges) }
	return {
		where,
		size: sizeWith(vocabulary, addedTokens),
		normalize: unchanged,
		forEachToken: byteLevelBpe(pairs, { addsPrefixSpace }),
		addedTokens,
		template,
		trimming:
			keepsPrefixSpace === undefined ? undefined : { keepsPrefixSpace, ofVocabulary: vocabularySpaces(vocabulary) },
	}
}

/** Refuses variants of BPE, all of which change its result. */
function requirePlain(where: string, model: Model): void {
	const { dropout, continuing_subword_prefix, end_of_word_suffix, byte_fallback, ignore_merges } = model
	const switches = { dropout, continuing_subword_prefix, end_of_word_suffix, byte_fallback, ignore_merges }
	for (const [name, value] of Object.entries(switches)) {
		if (value) throw new UnsupportedError(where, mustBe(`model.${name}`, "off", value))
	}
}

function unknownOf(where: string, vocabulary: Vocabulary, token: string | null): number | undefined {
	return token === null ? undefined : idIn(where, vocabulary, "model.unk_token", token)
}

function keepsPrefixSpace(where: string, data: unknown): boolean | undefined {
	const { post_processor } = checked(where, Trimming, data)
	if (post_processor.type === "TemplateProcessing" || !post_processor.trim_offsets) return undefined
	return post_processor.add_prefix_space
}
