import { InvalidInputError, mustBe, UnsupportedError } from "@winnow/tensor"
import { type } from "arktype"
import { checked, parsedJson } from "./checked-json.ts"
import type { FileText } from "./text-file.ts"

const flags = {
	"special?": "boolean",
	"single_word?": "boolean",
	"lstrip?": "boolean",
	"rstrip?": "boolean",
	"normalized?": "boolean",
} as const

const FlaggedToken = type({ content: "string", ...flags })
export type FlaggedToken = typeof FlaggedToken.infer

/** Transformers takes an object for a token only where it says that it is one. */
const NamedToken = type("string").or({ __type: "'AddedToken'", content: "string", ...flags })
export type NamedToken = typeof NamedToken.infer
const OptionalToken = NamedToken.or("null")

const TokenizerConfig = type({
	"tokenizer_class?": "string | null",
	"do_lower_case?": "boolean",
	"strip_accents?": "boolean | null",
	"tokenize_chinese_chars?": "boolean",
	"split_special_tokens?": "boolean",
	"add_prefix_space?": "boolean",
	"trim_offsets?": "boolean",
	"truncation_side?": "'left' | 'right'",
	"padding_side?": "'left' | 'right'",
	"bos_token?": OptionalToken,
	"eos_token?": OptionalToken,
	"unk_token?": OptionalToken,
	"sep_token?": OptionalToken,
	"pad_token?": OptionalToken,
	"cls_token?": OptionalToken,
	"mask_token?": OptionalToken,
	"additional_special_tokens?": NamedToken.array().or("null"),
	"extra_special_tokens?": NamedToken.array().or({ "[string]": NamedToken }).or("null"),
	"model_specific_special_tokens?": type({ "[string]": NamedToken }),
	"added_tokens_decoder?": type({ "[string]": FlaggedToken }),
})
export type TokenizerConfig = typeof TokenizerConfig.infer

/** Fields that would take the place of the files beside them, or of Transformers' own code. */
const replacing = ["vocab", "merges", "tokenizer_object", "post_processor", "fast_tokenizer_files"]

/**
 * Reads a tokenizer_config.json; a missing one says nothing.
 *
 * @throws {InvalidInputError} when it is not JSON or a field is wrong
 * @throws {UnsupportedError} when it brings its own code, or what stands elsewhere in other folders
 */
export function tokenizerConfig(file: FileText | undefined): TokenizerConfig {
	if (file === undefined) return {}
	const config = checked(file.path, TokenizerConfig, objectIn(file))
	refuseReplacing(file.path, config as Readonly<Record<string, unknown>>)
	for (const id of Object.keys(config.added_tokens_decoder ?? {})) {
		if (!/^\d+$/.test(id)) throw new InvalidInputError(file.path, "a key of added_tokens_decoder", "an id", id)
	}
	return config
}

function refuseReplacing(where: string, config: Readonly<Record<string, unknown>>): void {
	for (const field of replacing) {
		if (config[field] !== undefined) throw new UnsupportedError(where, mustBe(field, "left out", "there"))
	}
	const { auto_map: code, init_inputs: inputs } = config
	const isCode = Array.isArray(code) || (code instanceof Object && "AutoTokenizer" in code)
	if (isCode) throw new UnsupportedError(where, mustBe("auto_map", "one without a tokenizer", JSON.stringify(code)))
	if (Array.isArray(inputs) && inputs.length > 0) {
		throw new UnsupportedError(where, mustBe("init_inputs", "empty", JSON.stringify(inputs)))
	}
}

const MapToken = type("string").or(FlaggedToken).or("null")

const SpecialTokensMap = type({
	"[string]": MapToken.or("unknown[]").or("object"),
	"bos_token?": MapToken,
	"eos_token?": MapToken,
	"unk_token?": MapToken,
	"sep_token?": MapToken,
	"pad_token?": MapToken,
	"cls_token?": MapToken,
	"mask_token?": MapToken,
	"additional_special_tokens?": NamedToken.array().or("null"),
	"extra_special_tokens?": type("string").or(FlaggedToken).array().or({ "[string]": NamedToken }).or("null"),
})
export type SpecialTokensMap = typeof SpecialTokensMap.infer

/** Reads a special_tokens_map.json: the part of a configuration that it repeats. */
export function specialTokensMap(file: FileText): SpecialTokensMap {
	return checked(file.path, SpecialTokensMap, objectIn(file))
}

const AddedTokenIds = type({ "[string]": "number.integer >= 0" })

/** Reads an added_tokens.json: token to id. */
export function addedTokenIds(file: FileText): Readonly<Record<string, number>> {
	return checked(file.path, AddedTokenIds, objectIn(file))
}

/** A list passes for an object whose fields are all optional. */
function objectIn({ path, text }: FileText): unknown {
	const data = parsedJson(path, text)
	if (Array.isArray(data)) throw new InvalidInputError(path, "the file", "an object", "an array")
	return data
}
