import { fileURLToPath } from "node:url"
import { test } from "vitest"
import { loadTokenizer } from "../src/index.ts"
import { expectCodePoints } from "./every-code-point.ts"
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

const cases = fixture<LibraryCase>("encodings.jsonl")
const models = fixture<CharacterModel>("origins.jsonl")

test.each(["data/bert-base-uncased-vocab", "models/minilm-sst2"])(
	"%s encodes texts and pairs as the library does",
	async (model) => {
		expectAnswers(await loadTokenizer(folderOf(model)), cases)
	},
)

test("every code point is treated as the library treats it", async () => {
	const tokenizer = await loadTokenizer(folderOf("data/bert-base-uncased-vocab"))
	expectCodePoints(tokenizer, "code-points.jsonl")
})

test.each(models)("characters come from where the library says: $name", async ({ characters, definition, cases }) => {
	const tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ...characters, ...Array.from(characters, (c) => `##${c}`)]
	const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]))
	const folder = folderWith({ "tokenizer.json": { ...definition, model: { ...definition.model, vocab } } })
	expectAnswers(await loadTokenizer(folder), cases)
})
