import type { AddedToken } from "./added-tokens.ts"
import type { ForEachToken } from "./for-each-token.ts"
import type { Normalizer } from "./normalizer.ts"
import type { SpaceTrimming } from "./space-trimming.ts"
import type { Template } from "./template.ts"

/** All that makes a tokenizer, checked, whichever kind it is of and files it was read from. */
export interface TokenizerDefinition {
	/** File to name when something in it turns out wrong. */
	readonly where: string
	/** Largest id + 1, added tokens included. */
	readonly size: number
	/** What is done to the text between the added tokens that are found in the raw text. */
	readonly normalize: Normalizer
	/** What is done to the normalised text between the added tokens that are found there. */
	readonly forEachToken: ForEachToken
	readonly addedTokens: readonly AddedToken[]
	/** How spaces around tokens are taken out of their offsets. Undefined: they stay. */
	readonly trimming: SpaceTrimming | undefined
	readonly template: Template
}
