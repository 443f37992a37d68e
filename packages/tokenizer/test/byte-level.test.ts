import fc from "fast-check"
import { expect, test } from "vitest"
import { byteCharacters } from "../src/byte-characters.ts"
import { loadTokenizer, type Tokenizer } from "../src/index.ts"
import { byteLevelModel, robertaTokenizer, trainedMerges } from "./byte-level-model.ts"
import { digestOf, expectCodePoints } from "./every-code-point.ts"
import { fixture } from "./fixture.ts"
import { folderWith } from "./folder-with.ts"
import { expectAnswers, type LibraryCase } from "./library-case.ts"

interface Variant {
	readonly name: string
	/** Characters of the bytes that the vocabulary lacks. */
	readonly without: string
	/** A tokenizer.json without its vocabulary and merges. */
	readonly definition: { readonly model: object }
	readonly cases: readonly LibraryCase[]
}

interface FileCase {
	readonly name: string
	/** What stands beside vocab.json and merges.txt. */
	readonly files: Readonly<Record<string, object>>
	readonly cases: readonly LibraryCase[]
}

const variants = fixture<Variant>("byte-level-variants.jsonl")
const fileCases = fixture<FileCase>("byte-level-files.jsonl")
const seed = 20220416
const [first, ...others] = variants

test.each(variants)("texts and pairs are encoded as the library does: $name", async (variant) => {
	expectAnswers(await loaded(completed(variant)), variant.cases)
})

test("merges may be pairs, and are read as the library reads them where they are lines", async () => {
	const definition = completed(first!)
	const pairs = trainedMerges.map((merge) => merge.split(" "))
	// A pair counts where it stands last, and a line of the version not at all.
	const lines = ["#version: 0.2", ...trainedMerges.slice(-9), ...trainedMerges]
	for (const merges of [pairs, lines]) {
		expectAnswers(await loaded({ ...definition, model: { ...definition.model, merges } }), first!.cases)
	}
})

test("a model of 2020, which does not say its kind, is BPE by its merges", async () => {
	const { type: _, ...unnamed } = robertaTokenizer.model
	expectAnswers(await loaded({ ...robertaTokenizer, model: unnamed }), first!.cases)
})

test.each(fileCases)(
	"vocab.json and merges.txt make the tokenizer that transformers makes: $name",
	async (fileCase) => {
		const { vocab, merges } = byteLevelModel()
		const both = { "vocab.json": vocab, "merges.txt": ["#version: 0.2", ...merges, ""].join("\n") }
		const tokenizer = await loadTokenizer(folderWith({ ...both, ...fileCase.files }))
		expectAnswers(tokenizer, fileCase.cases)
		expect(tokenizer.files).toEqual(
			expect.arrayContaining(["vocab.json", "merges.txt", ...Object.keys(fileCase.files)]),
		)
	},
)

test("fuzzed texts have the ids and offsets that the library gives, a space put first or not", async () => {
	const plain = await loaded(robertaTokenizer)
	const prefixed = await loaded(completed(others.find(({ name }) => name === "a space put first, spaces trimmed")!))
	const lines = fixture<[text: string, plain: string, prefixed: string]>("byte-level-fuzz.jsonl")
	expect(lines.length).toBeGreaterThan(2000)
	for (const line of lines) {
		expect([line[0], ...[plain, prefixed].map((of) => digestOf(of.tokenize(line[0])))]).toEqual(line)
	}
})

test("every code point is treated as the library treats it", async () => {
	const roberta = await loaded(robertaTokenizer)
	expectCodePoints(roberta, "byte-level-code-points.jsonl")
})

test("a lone surrogate is U+FFFD", async () => {
	const roberta = await loaded(robertaTokenizer)
	for (const lone of ["\ud800", "\udc00", "\udc00\ud800"]) {
		const replaced = lone.replace(/./gs, "\ufffd")
		expect(roberta.encode(`a${lone}b 😀 c`)).toEqual(roberta.encode(`a${replaced}b 😀 c`))
	}
})

test("tokens are the bytes of the text, and places hold them", async () => {
	const kept = await loaded(withoutAdded({ trim_offsets: false }))
	const tokens = new Map(Object.entries(robertaTokenizer.model.vocab).map(([token, id]) => [id, token]))
	const byteOf = new Map(byteCharacters.map((character, byte) => [character, byte]))
	const bytesOf = (id: number) => Uint8Array.from(tokens.get(id)!, (character) => byteOf.get(character)!)
	fc.assert(
		fc.property(text(), (given) => {
			const { ids, offsets } = kept.tokenize(given)
			const bytes = [...ids].flatMap((id) => [...bytesOf(id)])
			expect(new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes))).toBe(given)
			for (const [i, id] of ids.entries()) {
				const place = given.slice(offsets[2 * i], offsets[2 * i + 1])
				expect(Buffer.from(place).includes(Buffer.from(bytesOf(id)))).toBe(true)
			}
		}),
		{ seed, numRuns: 300 },
	)
})

test("trimmed places are places without the white space around them", async () => {
	const [kept, trimmed] = [await loaded(withoutAdded({ trim_offsets: false })), await loaded(withoutAdded({}))]
	fc.assert(
		fc.property(text(), (given) => {
			const [all, some] = [kept.tokenize(given), trimmed.tokenize(given)]
			expect(some.ids).toEqual(all.ids)
			for (const i of all.ids.keys()) {
				const place = given.slice(all.offsets[2 * i], all.offsets[2 * i + 1])
				expect(given.slice(some.offsets[2 * i], some.offsets[2 * i + 1])).toBe(place.replaceAll(/^ +| +$/g, ""))
			}
		}),
		{ seed, numRuns: 300 },
	)
})

test("a long word without spaces is tokenised like its parts, none of which merge", async () => {
	const roberta = await loaded(robertaTokenizer)
	const [long, part] = ["日本語".repeat(20_000), "日本語"]
	const { ids } = roberta.tokenize(part)
	expect(roberta.tokenize(long).ids).toEqual(
		Uint32Array.from({ length: 20_000 * ids.length }, (_, i) => ids[i % ids.length]!),
	)
})

test("segments of a pair are all 0, its separators two", async () => {
	const roberta = await loaded(robertaTokenizer)
	const { ids, segments, sequence } = roberta.encode("it", { pair: "is" })
	expect([...ids].filter((id) => id < 4)).toEqual([0, 2, 2, 2])
	expect(segments.some(Boolean)).toBe(false)
	expect(sequence.at(0)).toBe(-1)
})

function text() {
	return fc.string({
		unit: fc.oneof(
			fc.constantFrom(" ", " ", "\n", "'s", "the", " film"),
			fc.string({ unit: "binary", minLength: 1, maxLength: 3 }),
		),
		maxLength: 20,
	})
}

function withoutAdded(change: object) {
	return { ...robertaTokenizer, added_tokens: [], post_processor: { ...robertaTokenizer.post_processor, ...change } }
}

function completed({ without, definition }: Variant) {
	return { ...definition, model: { ...definition.model, ...byteLevelModel(without) } }
}

async function loaded(definition: object): Promise<Tokenizer> {
	return loadTokenizer(folderWith({ "tokenizer.json": definition }))
}
