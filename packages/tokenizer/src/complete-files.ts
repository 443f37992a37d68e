import { parsedJson } from "./checked-json.ts"
import { contentOf, isSame, type Token } from "./configured-tokens.ts"
import { type SettledTokenizer, settledTokenizer } from "./settled-tokenizer.ts"
import { bertTokens, robertaTokens, roles } from "./special-tokens.ts"
import { type TokenizerFolder, tokenizerFolder } from "./tokenizer-folder.ts"
import { modelKind, saysTheSame, tokenizerJson } from "./tokenizer-json.ts"

export interface ModelFacts {
	/** `model_type` of the model's config.json. */
	readonly modelType: string
	/** Most tokens of an input. */
	readonly maxLength: number
}

/** Transformers' tokenizer of each family that has one of our kinds. */
const classes: Readonly<Record<string, string>> = {
	bert: "BertTokenizer",
	distilbert: "DistilBertTokenizer",
	roberta: "RobertaTokenizer",
}

type Fields = Readonly<Record<string, unknown>>

/**
 * The files of a folder's tokenizer such that whoever reads tokenizer.json, and whoever reads tokenizer_config.json, comes to the ids that
 * Winnow and Transformers come to.
 *
 * Transformers.js wants a tokenizer.json, and takes from tokenizer_config.json what Transformers knows by the kind of a model: which
 * tokenizer it is, how its separators are called, how long an input may be. What is missing is written, and what contradicts what
 * wins is mended; the rest stays.
 *
 * @returns names of the files to copy as they are, and the text of those to write
 * @throws what `loadTokenizer` throws
 */
export async function completeFiles(
	folder: string,
	facts: ModelFacts,
): Promise<{ readonly copied: readonly string[]; readonly written: Readonly<Record<string, string>> }> {
	const files = await tokenizerFolder(folder)
	const settled = settledTokenizer(files, facts.modelType)
	tokenizerJson(settled.where, settled.data)
	const written: Record<string, string> = {}
	const json = wholeJson(settled)
	const { json: given } = settled.source
	if (given?.decoder === undefined || !saysTheSame(settled.where, given, json)) written["tokenizer.json"] = asText(json)
	const before = configOf(files)
	const config = wholeConfig(before, settled, facts)
	if (JSON.stringify(config) !== JSON.stringify(before)) written["tokenizer_config.json"] = asText(config)
	return { copied: files.names.filter((name) => written[name] === undefined), written }
}

/**
 * The tokenizer.json without what nothing can be done with: tokens behind the vocabulary that no file names and, where special tokens are
 * plain text, all of them, because Transformers.js would look for them.
 */
function wholeJson({ data, size, splitsSpecialTokens }: SettledTokenizer): Fields {
	const added = data.added_tokens.filter(({ id, special }) => id < size && !(special && splitsSpecialTokens))
	return { ...data, added_tokens: added }
}

function wholeConfig(config: Fields, settled: SettledTokenizer, { modelType, maxLength }: ModelFacts): Fields {
	const usual: Fields = {
		...roleNames(settled),
		model_max_length: maxLength,
		tokenizer_class: settled.className ?? classes[modelType],
	}
	const isMissing = ([field, value]: [string, unknown]) => value !== undefined && config[field] === undefined
	return {
		...withoutUnread(config),
		...otherSwitches(config, settled),
		...otherRoles(config, settled),
		...decoder(settled),
		...Object.fromEntries(Object.entries(usual).filter(isMissing)),
	}
}

/** Only the slow tokenizers of Transformers 4 read these, and come to other ids. */
function withoutUnread(config: Fields): Fields {
	const { do_basic_tokenize, never_split, ...others } = config
	const isUsual = (do_basic_tokenize ?? true) === true && !(Array.isArray(never_split) && never_split.length > 0)
	return isUsual ? config : others
}

/** Roles that another file gives to other tokens, which win. */
function otherRoles(config: Fields, { roles: winning }: SettledTokenizer): Fields {
	const other = roles.filter((role) => {
		const named = config[`${role}_token`] as Token | null | undefined
		return named !== undefined && (named ? contentOf(named) : undefined) !== winning[role]
	})
	return Object.fromEntries(other.map((role) => [`${role}_token`, winning[role] ?? null]))
}

/**
 * `added_tokens_decoder`, where it does not say what wins, and where special tokens are plain text: they are in no tokenizer.json then,
 * and other files could make common tokens of them.
 */
function decoder({ config, data, size, splitsSpecialTokens }: SettledTokenizer): Fields {
	const tokens = data.added_tokens.filter(({ id }) => id < size)
	const before = Object.entries(config.added_tokens_decoder ?? {})
	const says = before.every(([id, token]) => tokens.some((other) => other.id === Number(id) && isSame(token, other)))
	if (says && !splitsSpecialTokens) return {}
	return { added_tokens_decoder: Object.fromEntries(tokens.map(({ id, ...flags }) => [id, flags])) }
}

/** The tokens of roles by name, of those that are special tokens already: naming others would make them so. */
function roleNames({ source, data, size, roles: named }: SettledTokenizer): Fields {
	const usual = modelKind(source.where, data) === "BPE" ? robertaTokens : bertTokens
	const found = new Set(
		data.added_tokens.filter(({ id, special }) => special && id < size).map(({ content }) => content),
	)
	const all: Fields = { ...usual, ...named }
	return Object.fromEntries(
		roles.flatMap((role) => (found.has(all[role] as string) ? [[`${role}_token`, all[role]]] : [])),
	)
}

/** Switches that the class does not read, and that say otherwise than tokenizer.json, as tokenizer.json has them. */
function otherSwitches(config: Fields, { data }: SettledTokenizer): Fields {
	const normalizer = (data.normalizer ?? {}) as Fields
	const spaces = (data.pre_tokenizer ?? {}) as Fields
	const winning: Fields = {
		do_lower_case: normalizer.lowercase,
		strip_accents: normalizer.strip_accents,
		tokenize_chinese_chars: normalizer.handle_chinese_chars,
		add_prefix_space: spaces.add_prefix_space,
	}
	const other = Object.entries(winning).filter(([field, value]) => {
		return value !== undefined && config[field] !== undefined && config[field] !== value
	})
	return Object.fromEntries(other)
}

function configOf({ texts }: TokenizerFolder): Fields {
	const file = texts["tokenizer_config.json"]
	return file ? (parsedJson(file.path, file.text) as Fields) : {}
}

function asText(data: Fields): string {
	return `${JSON.stringify(data, undefined, 2)}\n`
}
