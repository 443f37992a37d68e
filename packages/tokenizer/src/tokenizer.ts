/** What a text becomes without special tokens and without truncation. */
export interface Tokens {
	/** Vocabulary id of each token. */
	readonly ids: Uint32Array
	/** `[start, end)` of each token in the text it came from, two numbers a token, in UTF-16 code units. */
	readonly offsets: Uint32Array
}

/** What a text, or a pair of texts, becomes as the input of a model; without padding. */
export interface Encoding extends Tokens {
	/** Token type of each token. BERT: 0 up to the first separator, 1 after it; RoBERTa: 0. */
	readonly segments: Uint8Array
	/** 0: the token is of the text, 1: of the pair, -1: a special token of the template, whose offsets are 0, 0. */
	readonly sequence: Int8Array
}

export interface EncodeOptions {
	/** The second text. */
	readonly pair?: string | undefined
	/** Most tokens, special ones included; the longer text is cut first, on the side of `truncationSide`. Default: nothing is cut. */
	readonly maxLength?: number | undefined
}

/** Turns text into the token ids of one model. */
export interface Tokenizer {
	/** Largest id + 1: as many embeddings as the model needs. */
	readonly size: number
	/** Names of the files in the folder that a copy of the tokenizer needs. */
	readonly files: readonly string[]
	/** Where a text that is too long is cut: `right` is at its end. */
	readonly truncationSide: "left" | "right"
	/**
	 * @throws {InvalidInputError} when `maxLength` leaves no room for the special tokens, or the text has a token that the vocabulary
	 *   lacks: `[MASK]`, say, where nobody named one
	 */
	encode(text: string, options?: EncodeOptions): Encoding
	/** The tokens of one text alone, for windows over a long one. */
	tokenize(text: string): Tokens
	/** What `encode` makes of tokens from `tokenize`, of one text or two: special tokens around them, nothing cut. */
	withSpecialTokens(text: Tokens, pair?: Tokens): Encoding
}
