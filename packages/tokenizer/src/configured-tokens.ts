import { InvalidInputError } from "@winnow/tensor"
import { type } from "arktype"
import type { AddedToken } from "./added-tokens.ts"
import { checked, parsedJson } from "./checked-json.ts"
import { type Role, type SpecialTokenDefaults, specialTokens, tokenOf } from "./special-tokens.ts"
import type { FileText } from "./text-file.ts"
import { type FlaggedToken, specialTokensMap, type TokenizerConfig } from "./tokenizer-config.ts"
import { idIn, sizeWith, type Vocabulary } from "./vocabulary.ts"

/** The files beside a vocabulary that say what is special about its tokens. */
export interface TokenFiles {
	/** tokenizer_config.json */
	readonly config: FileText
	/** special_tokens_map.json; wins over the configuration in a folder from before `added_tokens_decoder`. */
	readonly specialTokens: FileText | undefined
	/** added_tokens.json: token to id; read in such a folder only. */
	readonly addedTokens: FileText | undefined
}

/** An added token, and whether it is one that texts do not consist of. */
export interface ConfiguredToken extends AddedToken {
	readonly isSpecial: boolean
}

/** What plays a role. */
export interface NamedToken {
	readonly content: string
	readonly id: number
}

const AddedTokenIds = type({ "[string]": "number.integer >= 0" })

/** A configuration with what the map of special tokens says instead. */
export function withSpecialTokensMap(config: TokenizerConfig, { specialTokens: map }: TokenFiles): TokenizerConfig {
	return map && !config.added_tokens_decoder ? { ...config, ...specialTokensMap(map) } : config
}

/**
 * The tokens that roles are played by, all added ones, and the size of the vocabulary with them.
 *
 * @throws {InvalidInputError} when a token of a role is not in the vocabulary, or a file is wrong
 */
export function configuredParts<Named extends Role>(
	files: TokenFiles,
	config: TokenizerConfig,
	o: { readonly vocabulary: Vocabulary; readonly defaults: SpecialTokenDefaults; readonly roles: readonly Named[] },
) {
	const named = o.roles.map((role) => {
		const content = tokenOf(config, role, o.defaults)?.content ?? ""
		return [role, { content, id: idIn(files.config.path, o.vocabulary, `${role}_token`, content) }] as const
	})
	const addedTokens = configuredTokens(files, config, o.vocabulary, o.defaults)
	const size = sizeWith((files.addedTokens ?? files.config).path, o.vocabulary, addedTokens)
	return { roles: Object.fromEntries(named) as Record<Named, NamedToken>, addedTokens, size }
}

/**
 * What is listed with an id, then the special tokens that are not.
 *
 * @throws {InvalidInputError} when a special token is not in the vocabulary, or a file is wrong
 */
function configuredTokens(
	files: TokenFiles,
	config: TokenizerConfig,
	vocabulary: Vocabulary,
	defaults: SpecialTokenDefaults,
): ConfiguredToken[] {
	const special = specialTokens(config, vocabulary, defaults)
	const isNamed = new Set(special.map(({ content }) => content))
	const tokens = new Map<string, ConfiguredToken>()
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

function listedTokens(files: TokenFiles, config: TokenizerConfig): [id: number, token: FlaggedToken][] {
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

function addedToken(id: number, token: FlaggedToken, isSpecial: boolean): ConfiguredToken {
	return {
		isSpecial,
		id,
		content: token.content,
		singleWord: token.single_word ?? false,
		leftStrip: token.lstrip ?? false,
		rightStrip: token.rstrip ?? false,
		normalized: token.normalized ?? !isSpecial,
	}
}
