import { type AlignedText, alignedText, rewritten, unitsOf } from "./aligned-text.ts"
import { canonicalDecomposition } from "./canonical-decomposition.ts"
import { characterClass, isAccent, isRemoved, isSpace } from "./character-class.ts"
import { type NormalizedText, type Normalizer, unchanged } from "./normalizer.ts"
import { perCodePoint } from "./per-code-point.ts"

/** The switches of a BertNormalizer; all independent. */
export interface Normalization {
	/** Removes control, format and private-use characters and makes every white space a space. */
	readonly cleanText: boolean
	/** Puts spaces around CJK ideographs. */
	readonly separateIdeographs: boolean
	/** Decomposes and drops what is then a non-spacing mark. */
	readonly stripAccents: boolean
	readonly lowercase: boolean
}

const space = 0x20

/** The BertNormalizer of Hugging Face `tokenizers`, for `text[start, end)`; origins count from the start of `text`. */
export function bertNormalizer(switches: Normalization): Normalizer {
	return (text, start, end) => (isPlain(text, start, end) ? plain : general)(text, start, end, switches)
}

function general(text: string, start: number, end: number, switches: Normalization): NormalizedText {
	let aligned = alignedText(text, start, end)
	if (switches.cleanText) aligned = clean(aligned)
	if (switches.separateIdeographs) aligned = withIdeographsApart(aligned)
	if (switches.stripAccents) aligned = withoutAccents(canonicalDecomposition(aligned))
	if (switches.lowercase) aligned = lowerCase(aligned)
	return joined(aligned)
}

function clean(text: AlignedText): AlignedText {
	return rewritten(text, (codePoint, emit) => {
		const kind = characterClass[codePoint]!
		if (kind & isRemoved) return
		emit(kind & isSpace ? space : codePoint)
	})
}

function withIdeographsApart(text: AlignedText): AlignedText {
	return rewritten(text, (codePoint, emit) => {
		if (!isIdeograph(codePoint)) return emit(codePoint)
		emit(space)
		emit(codePoint)
		emit(space)
	})
}

function withoutAccents(text: AlignedText): AlignedText {
	return rewritten(text, (codePoint, emit) => {
		if (!(characterClass[codePoint]! & isAccent)) emit(codePoint)
	})
}

/** One code point at a time, so that a final sigma is like any other; case mappings are the engine's. */
const lower = perCodePoint((character) => character.toLowerCase())

function lowerCase(text: AlignedText): AlignedText {
	return rewritten(text, (codePoint, emit) => {
		for (const part of lower(codePoint)) emit(part)
	})
}

function joined({ codePoints, origins }: AlignedText): NormalizedText {
	const originOfUnit: number[] = []
	let text = ""
	for (let i = 0; i < codePoints.length; i++) {
		text += String.fromCodePoint(codePoints[i]!)
		for (let unit = 0; unit < unitsOf(codePoints[i]!); unit++) originOfUnit.push(origins[i]!)
	}
	return { text, originOf: (unit) => originOfUnit[unit]! }
}

/** Printable ASCII, most English text: nothing but letter case can change. */
function isPlain(text: string, start: number, end: number): boolean {
	for (let i = start; i < end; i++) {
		const unit = text.charCodeAt(i)
		if (unit < 0x20 || unit > 0x7e) return false
	}
	return true
}

function plain(text: string, start: number, end: number, { lowercase }: Normalization): NormalizedText {
	const part = unchanged(text, start, end)
	return lowercase ? { ...part, text: part.text.toLowerCase() } : part
}

/** The blocks that the library has, 2B820 to 2B91F not among them. Kana and hangul are no ideographs. */
function isIdeograph(c: number): boolean {
	return (
		(c >= 0x4e00 && c <= 0x9fff) ||
		(c >= 0x3400 && c <= 0x4dbf) ||
		(c >= 0x20000 && c <= 0x2a6df) ||
		(c >= 0x2a700 && c <= 0x2b73f) ||
		(c >= 0x2b740 && c <= 0x2b81f) ||
		(c >= 0x2b920 && c <= 0x2ceaf) ||
		(c >= 0xf900 && c <= 0xfaff) ||
		(c >= 0x2f800 && c <= 0x2fa1f)
	)
}
