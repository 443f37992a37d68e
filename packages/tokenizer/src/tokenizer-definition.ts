import type { AddedToken } from "./added-tokens.ts"
import type { Normalization } from "./bert-normalizer.ts"
import type { Template } from "./template.ts"
import type { WordPieceModel } from "./word-piece.ts"

/** All that makes a WordPiece tokenizer, checked, whichever files it was read from. */
export interface TokenizerDefinition {
	/** File to name when something in it turns out wrong. */
	readonly where: string
	/** Largest id + 1, added tokens included. */
	readonly size: number
	readonly normalization: Normalization
	readonly model: WordPieceModel
	readonly addedTokens: readonly AddedToken[]
	readonly template: Template
}
