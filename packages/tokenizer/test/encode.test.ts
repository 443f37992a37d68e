import { readFileSync } from "node:fs"
import { join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import { loadTokenizer, type Tokenizer, type Tokens } from "../src/index.ts"
import { bertFolder } from "./bert-folder.ts"
import { folderWith } from "./folder-with.ts"
import { smallTokenizer, smallTokens } from "./small-tokenizer.ts"

const unknown = 100
const seed = 20220416
let bert: Tokenizer

beforeAll(async () => {
	bert = await loadTokenizer(bertFolder)
})

test("a pair is [CLS] a [SEP] b [SEP] with segments, places and where each token is from", async () => {
	const small = await loadTokenizer(folderWith({ "tokenizer.json": smallTokenizer }))
	expect(small.encode("Planes.", { pair: "É" })).toEqual({
		ids: idsOf("[CLS]", "plane", "##s", ".", "[SEP]", "e", "[SEP]"),
		segments: Uint8Array.of(0, 0, 0, 0, 0, 1, 1),
		offsets: Uint32Array.of(0, 0, 0, 5, 5, 6, 6, 7, 0, 0, 0, 1, 0, 0),
		sequence: Int8Array.of(-1, 0, 0, 0, -1, 1, -1),
	})
})

test("truncation and padding that a file asks for are ignored", async () => {
	const small = await loadTokenizer(folderWith({ "tokenizer.json": smallTokenizer }))
	expect(small.encode("a b a b").ids).toEqual(idsOf("[CLS]", "a", "b", "a", "b", "[SEP]"))
})

test("a text alone has no special tokens and keeps its places", () => {
	expect(bert.tokenize("")).toEqual({ ids: new Uint32Array(0), offsets: new Uint32Array(0) })
	expect(bert.tokenize("İ 𝒜 ΑΣ")).toEqual({
		ids: bert.encode("i 𝒜 ας".replace("ς", "σ")).ids.slice(1, -1),
		offsets: Uint32Array.of(0, 1, 2, 4, 5, 6, 6, 7),
	})
})

test("a lone surrogate is U+FFFD", () => {
	for (const lone of ["\ud800", "\udc00", "\udc00\ud800"]) {
		const replaced = lone.replace(/./gs, "\ufffd")
		expect(bert.tokenize(`a${lone}b 😀 c`)).toEqual(bert.tokenize(`a${replaced}b 😀 c`))
	}
})

test("a word of more than 100 code points is unknown, however many code units they are", () => {
	const [letter, other] = ["a", "\u{10428}"]
	expect([...bert.tokenize(letter.repeat(100)).ids]).not.toContain(unknown)
	expect(bert.tokenize(letter.repeat(101))).toEqual({ ids: Uint32Array.of(unknown), offsets: Uint32Array.of(0, 101) })
	expect(bert.tokenize(other.repeat(100)).offsets).toEqual(Uint32Array.of(0, 200))
})

test("an ASCII token is the part of the text where it stands, in lower case", () => {
	const tokens = readFileSync(join(bertFolder, "vocab.txt"), "utf8").split("\n")
	fc.assert(
		fc.property(fc.string({ unit: "grapheme-ascii", maxLength: 60 }), (text) => {
			for (const [id, start, end] of tokensOf(bert.tokenize(text))) {
				if (id === unknown) continue
				expect(tokens[id]!.replace(/^##(?=.)/, "")).toBe(text.slice(start, end).toLowerCase())
			}
		}),
		{ seed, numRuns: 300 },
	)
})

test("tokens stand in order and inside the text, between whole code points", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
			let last = 0
			for (const [, start, end] of tokensOf(bert.tokenize(text))) {
				expect(start).toBeGreaterThanOrEqual(last)
				expect(end).toBeGreaterThan(start)
				expect(end).toBeLessThanOrEqual(text.length)
				expect(text.slice(start, end)).not.toMatch(/\p{Surrogate}/u)
				last = start
			}
		}),
		{ seed, numRuns: 300 },
	)
})

test("texts with a space between them are tokenised independently", () => {
	const text = fc.string({ unit: "binary", maxLength: 20 })
	fc.assert(
		fc.property(text, text, (a, b) => {
			const [first, second] = [bert.tokenize(a), bert.tokenize(b)]
			const shifted = second.offsets.map((at) => at + a.length + 1)
			expect(bert.tokenize(`${a} ${b}`)).toEqual({
				ids: Uint32Array.of(...first.ids, ...second.ids),
				offsets: Uint32Array.of(...first.offsets, ...shifted),
			})
		}),
		{ seed, numRuns: 300 },
	)
})

test("a pair is cut to lengths as equal as can be, the odd token to the longer text, or the second", async () => {
	const small = await loadTokenizer(folderWith({ "tokenizer.json": smallTokenizer }))
	const size = fc.integer({ min: 0, max: 12 })
	fc.assert(
		fc.property(size, size, fc.integer({ min: 3, max: 30 }), (first, second, maxLength) => {
			const { ids, sequence } = small.encode("a ".repeat(first), { pair: "b ".repeat(second), maxLength })
			const kept = [0, 1].map((of) => sequence.filter((from) => from === of).length)
			expect(kept).toEqual(mostEqual(first, second, maxLength - 3))
			expect(ids.length).toBe(kept[0]! + kept[1]! + 3)
		}),
		{ seed, numRuns: 1000 },
	)
})

test("a length without room for the special tokens is refused", () => {
	expect(bert.encode("a", { maxLength: 2 }).ids).toEqual(Uint32Array.of(101, 102))
	for (const maxLength of [1, -1, 2.5, Number.NaN]) {
		expect(() => bert.encode("a", { maxLength })).toThrow(
			new InvalidInputError("tokenizer", "maxLength", "an integer of at least 2", maxLength),
		)
	}
	expect(() => bert.encode("a", { pair: "b", maxLength: 2 })).toThrow("at least 3")
})

/** By trying all ways to fill the room. */
function mostEqual(first: number, second: number, room: number): number[] {
	const total = Math.min(room, first + second)
	const ways: number[][] = []
	for (let a = 0; a <= Math.min(first, total); a++) if (total - a <= second) ways.push([a, total - a])
	const towardsLonger = ([a, b]: number[]) => (first > second ? a! - b! : b! - a!)
	const gap = ([a, b]: number[]) => Math.abs(a! - b!)
	return ways.sort((x, y) => gap(x) - gap(y) || towardsLonger(y) - towardsLonger(x))[0]!
}

function idsOf(...tokens: string[]): Uint32Array {
	return Uint32Array.from(tokens, (token) => smallTokens.indexOf(token))
}

function tokensOf({ ids, offsets }: Tokens): [id: number, start: number, end: number][] {
	return [...ids].map((id, i) => [id, offsets[2 * i]!, offsets[2 * i + 1]!])
}
