import type { FlaggedToken, TokenizerConfig } from "./tokenizer-config.ts"
import type { Vocabulary } from "./vocabulary.ts"

const defaults = { unk: "[UNK]", cls: "[CLS]", sep: "[SEP]", pad: "[PAD]", mask: "[MASK]" } as const

export type Role = keyof typeof defaults

/** The token that a configuration gives a role; undefined where it gives it none. */
export function tokenOf(config: TokenizerConfig, role: Role): FlaggedToken | undefined {
	const token = config[`${role}_token`]
	return token === null ? undefined : flagged(token ?? defaults[role])
}

/** All special tokens of a configuration. A default that nobody named and the vocabulary lacks is none of them. */
export function specialTokens(config: TokenizerConfig, vocabulary: Vocabulary): FlaggedToken[] {
	const roles = Object.keys(defaults) as Role[]
	const meant = roles.filter((role) => config[`${role}_token`] !== undefined || vocabulary.has(defaults[role]))
	const others = [config.additional_special_tokens, config.extra_special_tokens].flatMap((tokens) =>
		Object.values(tokens ?? []),
	)
	return [...meant.flatMap((role) => tokenOf(config, role) ?? []), ...others.map(flagged)]
}

function flagged(token: string | FlaggedToken): FlaggedToken {
	return typeof token === "string" ? { content: token } : token
}
