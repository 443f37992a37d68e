import { InvalidInputError } from "@winnow/tensor"
import { characterClass, isSpace } from "./character-class.ts"

/** A token that is found in the text as it stands, before words are split. */
export interface AddedToken {
	readonly id: number
	readonly content: string
	/** Matches only where neither neighbour is a word character. */
	readonly singleWord: boolean
	/** Takes in the white space before it. */
	readonly leftStrip: boolean
	/** Takes in the white space after it. */
	readonly rightStrip: boolean
	/** Looked for in the normalised text in its normalised form; otherwise in the raw text. */
	readonly normalized: boolean
	/** One that texts do not consist of; a tokenizer may take it for plain text. */
	readonly isSpecial: boolean
}

/** A part of a text: an added token where it has an id, text to be tokenised where it has none. */
export interface Span {
	readonly id: number | undefined
	readonly start: number
	readonly end: number
}

/** What to look for, and which token it is. */
interface TokenPattern {
	readonly pattern: string
	readonly token: AddedToken
	/** Found, it stays text. */
	readonly isText: boolean
}

const word = String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]`
const endsWithWord = new RegExp(`${word}$`, "u")
const startsWithWord = new RegExp(`^${word}`, "u")

/**
 * Splits a text at the tokens in it: the leftmost match, of several at one place the longest, and on behind it.
 *
 * @param where - file that the tokens come from
 * @returns text to spans that cover it; none for the empty text
 * @throws {InvalidInputError} when a pattern is empty or two are the same: nobody could say which token is meant
 */
export function splitAtTokens(where: string, patterns: readonly TokenPattern[]): (text: string) => readonly Span[] {
	const foundBy = new Map<string, TokenPattern>()
	for (const found of patterns) {
		if (found.pattern === "" || foundBy.has(found.pattern)) {
			const what = `added token ${found.token.id}`
			throw new InvalidInputError(where, what, "neither empty nor like another", found.pattern)
		}
		foundBy.set(found.pattern, found)
	}
	if (patterns.length === 0) return (text) => (text === "" ? [] : [{ id: undefined, start: 0, end: text.length }])
	// The first alternative that matches wins: the longest, when they are sorted by length.
	const longestFirst = [...foundBy.keys()].sort((a, b) => b.length - a.length)
	const anyToken = new RegExp(longestFirst.map(escaped).join("|"), "gu")
	return (text) => spans(text, anyToken, foundBy)
}

function spans(text: string, anyToken: RegExp, foundBy: ReadonlyMap<string, TokenPattern>): readonly Span[] {
	const found: Span[] = []
	let covered = 0
	for (const match of text.matchAll(anyToken)) {
		const { token, isText } = foundBy.get(match[0])!
		if (isText) continue
		let start = match.index
		let end = start + match[0].length
		if (token.singleWord && (endsWithWord.test(text.slice(0, start)) || startsWithWord.test(text.slice(end)))) continue
		if (token.leftStrip) start = Math.max(covered, startOfSpace(text, start))
		if (token.rightStrip) end = endOfSpace(text, end)
		if (covered < start) found.push({ id: undefined, start: covered, end: start })
		found.push({ id: token.id, start, end })
		covered = end
	}
	if (covered < text.length) found.push({ id: undefined, start: covered, end: text.length })
	return found
}

function startOfSpace(text: string, end: number): number {
	let start = end
	while (start > 0 && isSpaceAt(text, start - 1)) start--
	return start
}

function endOfSpace(text: string, start: number): number {
	let end = start
	while (end < text.length && isSpaceAt(text, end)) end++
	return end
}

/** White space is all in the basic plane. */
function isSpaceAt(text: string, i: number): boolean {
	return (characterClass[text.charCodeAt(i)]! & isSpace) !== 0
}

function escaped(pattern: string): string {
	return pattern.replace(/[$()*+./?[\\\]^{|}]/g, "\\$&")
}
