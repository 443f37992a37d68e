import { fileURLToPath } from "node:url"
import { installedModel, needs, sharedFile } from "@winnow/testing"
import { test } from "vitest"
import { loadTokenizer } from "../src/index.ts"
import { bertFolder } from "./bert-folder.ts"
import { expectCodePoints } from "./every-code-point.ts"
import { fixture } from "./fixture.ts"
import { folderWith } from "./folder-with.ts"
import { expectAnswers, type LibraryCase } from "./library-case.ts"

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

test("BERT's vocabulary encodes texts and pairs as the library does", async () => {
	expectAnswers(await loadTokenizer(bertFolder), cases)
})

test("so does the tokenizer.json of a real model", needs("all-minilm-l6-v2"), async () => {
	expectAnswers(await loadTokenizer(installedModel("all-minilm-l6-v2")), cases)
})

test("so does the tokenizer.json that Transformers 5 writes", needs("shared"), async () => {
	expectAnswers(await loadTokenizer(fileURLToPath(sharedFile("models/minilm-sst2"))), cases)
})

test("every code point is treated as the library treats it", async () => {
	const tokenizer = await loadTokenizer(bertFolder)
	expectCodePoints(tokenizer, "code-points.jsonl")
})

test.each(models)("characters come from where the library says: $name", async ({ characters, definition, cases }) => {
	const tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ...characters, ...Array.from(characters, (c) => `##${c}`)]
	const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]))
	const folder = folderWith({ "tokenizer.json": { ...definition, model: { ...definition.model, vocab } } })
	expectAnswers(await loadTokenizer(folder), cases)
})
