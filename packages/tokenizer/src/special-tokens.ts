/** What a token is to a model. */
export type Role = "bos" | "eos" | "unk" | "sep" | "pad" | "cls" | "mask"

/** In the order in which Transformers adds their tokens. */
export const roles: readonly Role[] = ["bos", "eos", "unk", "sep", "pad", "cls", "mask"]

/** What the token of each role is called where a configuration does not say. */
export type SpecialTokenDefaults = Readonly<Partial<Record<Role, string>>>

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
