import { expect } from "vitest"
import type { Encoding, Tokenizer } from "../src/index.ts"

/** One input and what the library makes of it, as make-fixtures.py writes it. */
export interface LibraryCase {
	readonly text: string
	readonly pair?: string
	readonly maxLength?: number
	readonly ids: readonly number[]
	readonly offsets: readonly number[]
	/** A digit a token. */
	readonly segments: string
	/** `0`, `1` or `-` a token. */
	readonly sequence: string
}

/** Our answer to the input of a case, in the form of a case. */
function answered(tokenizer: Tokenizer, { text, pair, maxLength }: LibraryCase): LibraryCase {
	const encoding = tokenizer.encode(text, { pair, maxLength })
	const input = { text, ...(pair === undefined ? {} : { pair }), ...(maxLength === undefined ? {} : { maxLength }) }
	return { ...input, ...listed(encoding) }
}

export function expectAnswers(tokenizer: Tokenizer, cases: readonly LibraryCase[]): void {
	expect(cases.length).toBeGreaterThan(0)
	for (const expected of cases) expect(answered(tokenizer, expected)).toEqual(expected)
}

/** An encoding in the form of a case. */
export function listed({ ids, offsets, segments, sequence }: Encoding) {
	return {
		ids: [...ids],
		offsets: [...offsets],
		segments: segments.join(""),
		sequence: [...sequence].map((of) => (of === -1 ? "-" : of)).join(""),
	}
}
