import type { FlaggedToken, TokenizerConfig } from "./tokenizer-config.ts"
import type { Vocabulary } from "./vocabulary.ts"

/** What the tokens of each role are called where a configuration does not say. */
export type SpecialTokenDefaults = Readonly<Partial<Record<Role, string>>> & {
	readonly cls: string
	readonly sep: string
}

export type Role = "bos" | "eos" | "unk" | "sep" | "pad" | "cls" | "mask"

export const bertTokens = { unk: "[UNK]", cls: "[CLS]", sep: "[SEP]", pad: "[PAD]", mask: "[MASK]" } as const

export const robertaTokens = {
	bos: "<s>",
	eos: "</s>",
	unk: "<unk>",
	sep: "</s>",
	pad: "<pad>",
	cls: "<s>",
	mask: "<mask>",
} as const

/** The token that a configuration gives a role; undefined where it gives it none. */
export function tokenOf(config: TokenizerConfig, role: Role, defaults: SpecialTokenDefaults): FlaggedToken | undefined {
	const token = config[`${role}_token`] === undefined ? defaults[role] : config[`${role}_token`]
	return token === null || token === undefined ? undefined : flagged(token)
}

/** All special tokens of a configuration. A default that nobody named and the vocabulary lacks is none of them. */
export function specialTokens(
	config: TokenizerConfig,
	vocabulary: Vocabulary,
	defaults: SpecialTokenDefaults,
): FlaggedToken[] {
	const roles = Object.keys(defaults) as Role[]
	const meant = roles.filter((role) => config[`${role}_token`] !== undefined || vocabulary.has(defaults[role]!))
	const others = [config.additional_special_tokens, config.extra_special_tokens].flatMap((tokens) =>
		Object.values(tokens ?? []),
	)
	return [...meant.flatMap((role) => tokenOf(config, role, defaults) ?? []), ...others.map(flagged)]
}

function flagged(token: string | FlaggedToken): FlaggedToken {
	return typeof token === "string" ? { content: token } : token
}
