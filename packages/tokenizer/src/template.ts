import type { Encoding } from "./tokenizer.ts"

/** One part of a template: special tokens, or the place of a text. */
export type Piece = { readonly segment: number } & ({ readonly ids: readonly number[] } | { readonly sequence: 0 | 1 })

/** Tokens, finished or while they are being collected. */
interface NumberedTokens {
	readonly ids: ArrayLike<number>
	readonly offsets: ArrayLike<number>
}

/** How special tokens and texts follow one another. */
export interface Template {
	readonly single: readonly Piece[]
	readonly pair: readonly Piece[]
}

/** `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, B and what follows it of segment 1. */
export function bertTemplate(cls: number, sep: number): Template {
	const single: Piece[] = [
		{ ids: [cls], segment: 0 },
		{ sequence: 0, segment: 0 },
		{ ids: [sep], segment: 0 },
	]
	return { single, pair: [...single, { sequence: 1, segment: 1 }, { ids: [sep], segment: 1 }] }
}

/** `<s> A </s>` and `<s> A </s> </s> B </s>`, all of segment 0. */
export function robertaTemplate(cls: number, sep: number): Template {
	const single: Piece[] = [
		{ ids: [cls], segment: 0 },
		{ sequence: 0, segment: 0 },
		{ ids: [sep], segment: 0 },
	]
	const second: Piece[] = [
		{ ids: [sep], segment: 0 },
		{ sequence: 1, segment: 0 },
		{ ids: [sep], segment: 0 },
	]
	return { single, pair: [...single, ...second] }
}

/** Number of special tokens in a template. */
export function specialTokens(pieces: readonly Piece[]): number {
	return pieces.reduce((sum, piece) => sum + ("ids" in piece ? piece.ids.length : 0), 0)
}

/**
 * Fills a template in.
 *
 * @param texts - tokens of the text and, where the template has a place for it, of the pair
 */
export function filledTemplate(pieces: readonly Piece[], texts: readonly NumberedTokens[]): Encoding {
	const length = specialTokens(pieces) + texts.reduce((sum, { ids }) => sum + ids.length, 0)
	const ids = new Uint32Array(length)
	const offsets = new Uint32Array(2 * length)
	const segments = new Uint8Array(length)
	const sequence = new Int8Array(length)
	let at = 0
	for (const piece of pieces) {
		const isSpecial = "ids" in piece
		const text = isSpecial ? { ids: piece.ids, offsets: [] } : texts[piece.sequence]!
		for (let i = 0; i < text.ids.length; i++, at++) {
			ids[at] = text.ids[i]!
			offsets[2 * at] = text.offsets[2 * i] ?? 0
			offsets[2 * at + 1] = text.offsets[2 * i + 1] ?? 0
			segments[at] = piece.segment
			sequence[at] = isSpecial ? -1 : piece.sequence
		}
	}
	return { ids, offsets, segments, sequence }
}
