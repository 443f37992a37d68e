import { createHash } from "node:crypto"
import { expect } from "vitest"
import type { Tokenizer, Tokens } from "../src/index.ts"
import { fixture } from "./fixture.ts"

interface Digest {
	readonly start: number
	readonly end: number
	readonly digest: string
}

/** Compares what a tokenizer makes of every code point with the digests that a fixture has of it, by blocks. */
export function expectCodePoints(tokenizer: Tokenizer, name: string): void {
	const digests = fixture<Digest>(name)
	const ours = digests.map(({ start, end }) => {
		return { start, end, digest: digestOf(tokenizer.tokenize(neighboured(start, end))) }
	})
	expect(ours).toEqual(digests)
}

/** First 8 digits of the SHA-256 of ids and offsets. */
export function digestOf({ ids, offsets }: Tokens): string {
	return createHash("sha256").update(ids).update(offsets).digest("hex").slice(0, 8)
}

/** `a?b ` for every code point. */
function neighboured(start: number, end: number): string {
	let text = ""
	for (let c = start; c < end; c++) if (c < 0xd800 || c > 0xdfff) text += `a${String.fromCodePoint(c)}b `
	return text
}
