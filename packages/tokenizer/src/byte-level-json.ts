import { mustBe, UnsupportedError } from "@winnow/tensor"
import { type } from "arktype"
import { addedTokenJson } from "./added-token-json.ts"
import { byteLevelBpe } from "./byte-level-bpe.ts"
import { checked } from "./checked-json.ts"
import { mergesOf } from "./merges.ts"
import { unchanged } from "./normalizer.ts"
import { requireKind } from "./required-kind.ts"
import { type SpaceTrimming, vocabularySpaces } from "./space-trimming.ts"
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

/**
 * Reads a tokenizer.json with a BPE model over bytes.
 *
 * @param where - path of the file, for messages
 * @param data - the whole file
 * @throws {InvalidInputError} when a field is missing or wrong, or ids do not fit together
 * @throws {UnsupportedError} when a part is of another kind than RoBERTa's
 */
export function byteLevelJson(where: string, data: unknown): TokenizerDefinition {
	const { normalizer = null, pre_tokenizer } = checked(where, Parts, data)
	if (normalizer !== null) throw new UnsupportedError(where, mustBe("normalizer", "null", normalizer.type))
	requireKind(where, "pre_tokenizer.type", ["ByteLevel"], pre_tokenizer?.type ?? null)
	const { pre_tokenizer: byteLevel, model } = checked(where, ByteLevelTokenizer, data)
	if (byteLevel.use_regex === false) throw new UnsupportedError(where, mustBe("pre_tokenizer.use_regex", "true", false))
	requirePlain(where, model)
	const vocabulary = vocabularyOf(where, Object.entries(model.vocab))
	const addedTokens = addedTokenJson(where, data)
	const size = sizeWith(where, vocabulary, addedTokens)
	const pairs = {
		vocabulary,
		mergeOf: mergesOf(where, vocabulary, model.merges),
		unknown: unknownOf(where, vocabulary, model.unk_token ?? null),
		fusesUnknown: model.fuse_unk ?? false,
	}
	return {
		where,
		size,
		normalize: unchanged,
		forEachToken: byteLevelBpe(pairs, { addsPrefixSpace: byteLevel.add_prefix_space }),
		addedTokens,
		template: templateJson(where, data, { size, kinds: ["RobertaProcessing", "TemplateProcessing"] }),
		trimming: trimmingOf(where, data, vocabulary),
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

function trimmingOf(where: string, data: unknown, vocabulary: Vocabulary): SpaceTrimming | undefined {
	const { post_processor } = checked(where, Trimming, data)
	if (post_processor.type === "TemplateProcessing" || !post_processor.trim_offsets) return undefined
	return { keepsPrefixSpace: post_processor.add_prefix_space, ofVocabulary: vocabularySpaces(vocabulary) }
}
