/** A normalised text that knows where it comes from. */
export interface NormalizedText {
	readonly text: string
	/** Where in the original, in UTF-16 code units, the code point starts that a code unit of `text` comes from. */
	originOf(unit: number): number
}

/** Normalises `text[start, end)`; origins count from the start of `text`. */
export type Normalizer = (text: string, start: number, end: number) => NormalizedText

/** No normalisation. */
export const unchanged: Normalizer = (text, start, end) => ({
	text: text.slice(start, end),
	originOf: (unit) => start + unit,
})
