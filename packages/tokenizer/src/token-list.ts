/** Ids and `[start, end)` offsets of tokens, while they are being collected. */
export interface TokenList {
	readonly ids: number[]
	readonly offsets: number[]
}
