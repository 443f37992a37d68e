import { mustBe, UnsupportedError } from "@winnow/tensor"
import { type } from "arktype"
import { checked, parsedJson } from "./checked-json.ts"
import { requireKind } from "./required-kind.ts"
import type { FileText } from "./text-file.ts"

const FlaggedToken = type({
	content: "string",
	"special?": "boolean",
	"single_word?": "boolean",
	"lstrip?": "boolean",
	"rstrip?": "boolean",
	"normalized?": "boolean",
})
export type FlaggedToken = typeof FlaggedToken.infer

const NamedToken = type("string").or(FlaggedToken)
const OptionalToken = NamedToken.or("null")

const SpecialTokens = type({
	"bos_token?": OptionalToken,
	"eos_token?": OptionalToken,
	"unk_token?": OptionalToken,
	"cls_token?": OptionalToken,
	"sep_token?": OptionalToken,
	"pad_token?": OptionalToken,
	"mask_token?": OptionalToken,
	"additional_special_tokens?": NamedToken.array().or("null"),
	"extra_special_tokens?": NamedToken.array().or({ "[string]": NamedToken }).or("null"),
})

const TokenizerConfig = SpecialTokens.and({
	"tokenizer_class?": "string | null",
	"do_lower_case?": "boolean",
	"strip_accents?": "boolean | null",
	"tokenize_chinese_chars?": "boolean",
	"do_basic_tokenize?": "boolean",
	"never_split?": "string[] | null",
	"split_special_tokens?": "boolean",
	"add_prefix_space?": "boolean",
	"trim_offsets?": "boolean",
	"added_tokens_decoder?": { "[string]": FlaggedToken },
})
export type TokenizerConfig = typeof TokenizerConfig.infer

/**
 * Reads a tokenizer_config.json.
 *
 * @param classes - values of `tokenizer_class` that go with the other files; the first is meant where there is none
 * @throws {InvalidInputError} when it is not JSON or a field is wrong
 * @throws {UnsupportedError} when it is of another class or asks for what neither BERT's nor RoBERTa's tokenizer does
 */
export function tokenizerConfig({ path, text }: FileText, classes: readonly string[]): TokenizerConfig {
	const config = checked(path, TokenizerConfig, parsedJson(path, text))
	requireKind(path, "tokenizer_class", classes, config.tokenizer_class?.replace(/Fast$/, "") ?? classes[0]!)
	const { do_basic_tokenize = true, split_special_tokens = false } = config
	if (!do_basic_tokenize) throw new UnsupportedError(path, mustBe("do_basic_tokenize", "true", false))
	if (split_special_tokens) throw new UnsupportedError(path, mustBe("split_special_tokens", "false", true))
	if (config.never_split?.length) throw new UnsupportedError(path, mustBe("never_split", "empty", config.never_split))
	return config
}

/** Reads a special_tokens_map.json: the part of a configuration that it repeats. */
export function specialTokensMap({ path, text }: FileText): typeof SpecialTokens.infer {
	return checked(path, SpecialTokens, parsedJson(path, text))
}
