import type { SpecialTokenDefaults } from "./special-tokens.ts"
import { type Role, roles } from "./special-tokens.ts"
import {
	addedTokenIds,
	type FlaggedToken,
	type NamedToken,
	specialTokensMap,
	type TokenizerConfig,
} from "./tokenizer-config.ts"
import type { TokenizerFolder } from "./tokenizer-folder.ts"

/** A token by its name alone, or with its flags. */
export type Token = string | FlaggedToken

/** A token that a file gives an id. */
export interface ListedToken {
	readonly token: FlaggedToken
	readonly id: number
	/** The file. */
	readonly where: string
}

/** The tokens that the files beside a vocabulary list and name. */
export interface ConfiguredTokens {
	/** By id; they come first. */
	readonly listed: readonly ListedToken[]
	/** Those of the roles, then those of a model's own `..._token` fields. */
	readonly named: readonly (readonly [name: string, token: Token])[]
	/** Further special tokens. */
	readonly extra: readonly Token[]
	/** Contents of tokens that only the defaults name. */
	readonly assumed: ReadonlySet<string>
}

type Fields = Record<string, unknown>

interface TokenSources {
	readonly config: TokenizerConfig
	readonly defaults: SpecialTokenDefaults
	/** The added tokens of a tokenizer.json. */
	readonly ofJson: readonly ListedToken[]
	/** The token that the padding of a tokenizer.json pads with, if a configuration may leave it to that. */
	readonly padding: string | undefined
}

/**
 * Collects the tokens that a folder configures, as Transformers 5 does (`_from_pretrained` of tokenization_utils_base.py).
 *
 * `added_tokens_decoder` of tokenizer_config.json lists tokens; where there is none, added_tokens.json and tokenizer.json do, and
 * special_tokens_map.json names tokens before tokenizer_config.json does. A listed token lends its flags to the role of its name.
 *
 * @throws {InvalidInputError} when a file is wrong
 */
export function configuredTokens(folder: TokenizerFolder, sources: TokenSources): ConfiguredTokens {
	const fields: Fields = { ...sources.config }
	const own = ownTokens(fields)
	const listed = new Map<number, ListedToken>()
	if (sources.config.added_tokens_decoder) {
		const where = folder.pathOf("tokenizer_config.json")
		for (const [id, token] of Object.entries(sources.config.added_tokens_decoder)) {
			listed.set(Number(id), { id: Number(id), token, where })
		}
	} else {
		nameByMap(folder, fields, own)
		for (const token of listedByIds(folder, fields, sources.config)) listed.set(token.id, token)
		for (const token of sources.ofJson) listed.set(token.id, token)
	}
	const flagsOf = new Map([...listed.values()].map(({ token }) => [token.content, token]))
	const byRole = roles.flatMap((role) => roleToken(fields, role, { ...sources, flagsOf }))
	const others = Object.entries(fields).filter(([name]) => isOwnField(name))
	const unnamed = others.filter((entry): entry is [string, NamedToken] => isNamedToken(entry[1]))
	const assumed = new Set(byRole.filter(({ isDefault }) => isDefault).map(({ token }) => contentOf(token)))
	for (const { isDefault, token } of byRole) if (!isDefault) assumed.delete(contentOf(token))
	return {
		listed: [...listed.values()].sort((a, b) => a.id - b.id),
		named: [...byRole.map(({ role, token }) => [role, token] as const), ...new Map([...unnamed, ...own])],
		extra: extraTokens(fields),
		assumed,
	}
}

export function contentOf(token: Token): string {
	return typeof token === "string" ? token : token.content
}

/** Takes the model's own special tokens out of a configuration: `image_token` and the like, and extra ones that have names. */
function ownTokens(fields: Fields): [name: string, token: NamedToken][] {
	if (Array.isArray(fields.additional_special_tokens) && !isTruthy(fields.extra_special_tokens)) {
		fields.extra_special_tokens = fields.additional_special_tokens
		delete fields.additional_special_tokens
	}
	const own: [string, NamedToken][] = []
	for (const [name, value] of Object.entries(fields)) {
		if (!isOwnField(name) || typeof value !== "string") continue
		own.push([name, value])
		delete fields[name]
	}
	own.push(...takenNames(fields))
	const other = Object.entries((fields.model_specific_special_tokens ?? {}) as Record<string, NamedToken>)
	return own.length > 0 ? own : other
}

/** Extra tokens that have names, taken out of the fields. */
function takenNames(fields: Fields): [name: string, token: NamedToken][] {
	const extra = fields.extra_special_tokens
	if (!(extra instanceof Object) || Array.isArray(extra)) return []
	delete fields.extra_special_tokens
	return Object.entries(extra as Record<string, NamedToken>)
}

/** Lets special_tokens_map.json have its say: all that it names is special. */
function nameByMap({ texts }: TokenizerFolder, fields: Fields, own: [string, NamedToken][]): void {
	const file = texts["special_tokens_map.json"]
	if (!file) return
	for (const [key, value] of Object.entries(specialTokensMap(file))) {
		if (key === "extra_special_tokens" && Array.isArray(value)) {
			const before = (fields[key] ?? []) as Token[]
			const more = (value as Token[]).map((token) => (typeof token === "string" ? token : special(token)))
			fields[key] = [...before, ...more.filter((token) => !before.some((other) => isSame(token, other)))]
		} else if (key !== "extra_special_tokens" && value instanceof Object && !Array.isArray(value)) {
			fields[key] = special(value as FlaggedToken)
		} else fields[key] = value
	}
	own.push(...takenNames(fields))
}

function special(token: FlaggedToken): FlaggedToken & { __type: "AddedToken" } {
	return { ...token, special: true, __type: "AddedToken" }
}

/** Tokens of added_tokens.json: those are special that are named, by another file than tokenizer_config.json if with flags. */
function listedByIds({ texts }: TokenizerFolder, fields: Fields, config: TokenizerConfig): ListedToken[] {
	const file = texts["added_tokens.json"]
	if (!file) return []
	const names = [...roles.map((role) => fields[`${role}_token`]), ...((fields.extra_special_tokens ?? []) as Token[])]
	const flagged = new Set<unknown>(Object.values(config).flat())
	const seen = names.filter(
		(token): token is Token => isTruthy(token) && (typeof token === "string" || !flagged.has(token)),
	)
	const contents = new Set(seen.map(contentOf))
	return Object.entries(addedTokenIds(file)).map(([content, id]) => {
		const isSpecial = contents.has(content)
		return { id, where: file.path, token: { content, special: isSpecial, normalized: !isSpecial } }
	})
}

function roleToken(
	fields: Fields,
	role: Role,
	{ defaults, padding, flagsOf }: TokenSources & { readonly flagsOf: ReadonlyMap<string, FlaggedToken> },
): { role: Role; token: Token; isDefault: boolean }[] {
	const field = `${role}_token`
	const given = fields[field] as Token | null | undefined
	if (given === null || given === "") return []
	if (given !== undefined) return [{ role, token: flagsOf.get(contentOf(given)) ?? given, isDefault: false }]
	const token = defaults[role] ?? (role === "pad" ? padding : undefined)
	return token === undefined ? [] : [{ role, token, isDefault: true }]
}

/** A list of the field that Transformers reads; of the older field where the newer is not there at all. */
function extraTokens(fields: Fields): readonly Token[] {
	const extra = "extra_special_tokens" in fields ? fields.extra_special_tokens : fields.additional_special_tokens
	return (extra ?? []) as Token[]
}

function isOwnField(name: string): boolean {
	return name.endsWith("_token") && !roles.some((role) => name === `${role}_token`)
}

function isNamedToken(value: unknown): value is NamedToken {
	return typeof value === "string" || (value instanceof Object && "__type" in value && "content" in value)
}

function isTruthy(value: unknown): boolean {
	if (Array.isArray(value)) return value.length > 0
	return value instanceof Object ? Object.keys(value).length > 0 : Boolean(value)
}

/** As Python compares them: a name is unlike a token with flags. */
export function isSame(one: Token, other: Token): boolean {
	if (typeof one === "string" || typeof other === "string") return one === other
	return JSON.stringify(withFlags(one)) === JSON.stringify(withFlags(other))
}

/** A token with all of its flags: what is special is looked for in the raw text where nothing else is said. */
export function withFlags(token: Token): Required<FlaggedToken> {
	if (typeof token === "string") return withFlags({ content: token, special: true })
	const { content, special = false, single_word = false, lstrip = false, rstrip = false } = token
	return { content, special, single_word, lstrip, rstrip, normalized: token.normalized ?? !special }
}
