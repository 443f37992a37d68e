/** Code points, each with the place in the original text, in UTF-16 code units, of the one code point it comes from. */
export interface AlignedText {
	readonly codePoints: readonly number[]
	readonly origins: readonly number[]
}

/** The code points of `text[start, end)` themselves. */
export function alignedText(text: string, start: number, end: number): AlignedText {
	const codePoints: number[] = []
	const origins: number[] = []
	for (let i = start; i < end; ) {
		const codePoint = text.codePointAt(i)!
		codePoints.push(codePoint)
		origins.push(i)
		i += unitsOf(codePoint)
	}
	return { codePoints, origins }
}

/** Replaces every code point by what `rewrite` emits for it, none or several, which take its place of origin. */
export function rewritten(
	text: AlignedText,
	rewrite: (codePoint: number, emit: (codePoint: number) => void) => void,
): { codePoints: number[]; origins: number[] } {
	const codePoints: number[] = []
	const origins: number[] = []
	let origin = 0
	const emit = (codePoint: number) => {
		codePoints.push(codePoint)
		origins.push(origin)
	}
	for (let i = 0; i < text.codePoints.length; i++) {
		origin = text.origins[i]!
		rewrite(text.codePoints[i]!, emit)
	}
	return { codePoints, origins }
}

/** UTF-16 code units of a code point. */
export function unitsOf(codePoint: number): 1 | 2 {
	return codePoint > 0xffff ? 2 : 1
}
