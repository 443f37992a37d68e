import { createHash } from "node:crypto"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { loadTokenizer } from "../src/index.ts"
import { fixture } from "./fixture.ts"
import { folderWith } from "./folder-with.ts"
import { expectAnswers, type LibraryCase } from "./library-case.ts"

const shared = new URL("../../../../shared/", import.meta.url)
const folderOf = (model: string) => fileURLToPath(new URL(model, shared))

interface CharacterModel {
	readonly name: string
	/** Tokens by themselves and after ##. */
	readonly characters: string
	/** A tokenizer.json without its vocabulary. */
	readonly definition: { readonly model: object }
	readonly cases: readonly LibraryCase[]
}

interface Digest {
	readonly start: number
	readonly end: number
	readonly digest: string
}

const cases = fixture<LibraryCase>("encodings.jsonl")
const digests = fixture<Digest>("code-points.jsonl")
const models = fixture<CharacterModel>("origins.jsonl")

test.each(["data/bert-base-uncased-vocab", "models/minilm-sst2"])(
	"%s encodes texts and pairs as the library does",
	async (model) => {
		expectAnswers(await loadTokenizer(folderOf(model)), cases)
	},
)

test("every code point is treated as the library treats it", async () => {
	const tokenizer = await loadTokenizer(folderOf("data/bert-base-uncased-vocab"))
	const ours = digests.map(({ start, end }) => {
		const { ids, offsets } = tokenizer.tokenize(neighboured(start, end))
		const digest = createHash("sha256").update(ids).update(offsets).digest("hex").slice(0, 8)
		return { start, end, digest }
	})
	expect(ours).toEqual(digests)
})

test.each(models)("characters come from where the library says: $name", async ({ characters, definition, cases }) => {
	const tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ...characters, ...Array.from(characters, (c) => `##${c}`)]
	const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]))
	const folder = folderWith({ "tokenizer.json": { ...definition, model: { ...definition.model, vocab } } })
	expectAnswers(await loadTokenizer(folder), cases)
})

/** `a?b ` for every code point. */
function neighboured(start: number, end: number): string {
	let text = ""
	for (let c = start; c < end; c++) if (c < 0xd800 || c > 0xdfff) text += `a${String.fromCodePoint(c)}b `
	return text
}
