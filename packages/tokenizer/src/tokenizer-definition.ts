import type { AddedToken } from "./added-tokens.ts"
import type { ForEachToken } from "./for-each-token.ts"
import type { Normalizer } from "./normalizer.ts"
import type { SpaceTrimming } from "./space-trimming.ts"
import type { Template } from "./template.ts"

/** All that makes a tokenizer, checked, whichever kind it is of and files it was read from. */
export interface TokenizerDefinition {
	/** File to name when something in it turns out wrong. */
	readonly where: string
	/** Largest id + 1, added tokens included that a file names: others have no place in a model. */
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

/** What is done with the tokens of texts, besides. */
export interface TokenizerUse {
	/** What is cut off from a text that is too long: its start or its end. */
	readonly truncationSide: "left" | "right"
	/** Special tokens that stand in a text are plain text. */
	readonly splitsSpecialTokens: boolean
}
