import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { AutoTokenizer } from "@huggingface/transformers"
import { writeTinyModel } from "@winnow/fixtures"
import { needs } from "@winnow/testing"
import { loadTokenizer } from "@winnow/tokenizer"
import { afterAll, beforeAll, expect, test } from "vitest"
import { exportModel } from "../src/index.ts"
import { runPython } from "./run-python.ts"

const timeout = 300_000

const texts = ["The plot is GOOD", "a [MASK] film, [SEP] good中bad", "é <new>bad  film", "[CLS] not good [pad]", ""]

/** Files of tokenizers that say different things in different places. */
const tokenizers: Readonly<Record<string, (vocabulary: readonly string[]) => Readonly<Record<string, unknown>>>> = {
	"cased by tokenizer.json, not by its class": (words) => ({
		"tokenizer.json": cased(words),
		"tokenizer_config.json": {},
	}),
	"not cased by a configuration that its class does not read": (words) => ({
		"tokenizer.json": cased(words),
		"tokenizer_config.json": { tokenizer_class: "PreTrainedTokenizerFast", do_lower_case: true, strip_accents: true },
	}),
	"with other special tokens in the configuration": (words) => ({
		"tokenizer.json": cased(words),
		"tokenizer_config.json": { do_lower_case: false, cls_token: words[7], additional_special_tokens: [words[8]] },
	}),
	"with special tokens that are plain text": (words) => ({
		"tokenizer.json": cased(words),
		"tokenizer_config.json": { split_special_tokens: true },
	}),
	"of a vocab.txt with lines twice, without a configuration": (words) => ({
		"vocab.txt": [...words.slice(0, -3), words[9], "", words.at(-1)].join("\r\n"),
	}),
}

function cased(words: readonly string[]): object {
	const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }
	return {
		version: "1.0",
		truncation: null,
		padding: null,
		added_tokens: words.slice(0, 5).map((content, id) => ({ id, content, ...flags })),
		normalizer: {
			type: "BertNormalizer",
			clean_text: true,
			handle_chinese_chars: true,
			strip_accents: null,
			lowercase: false,
		},
		pre_tokenizer: { type: "BertPreTokenizer" },
		post_processor: { type: "BertProcessing", sep: ["[SEP]", 3], cls: ["[CLS]", 2] },
		decoder: { type: "WordPiece", prefix: "##", cleanup: true },
		model: {
			type: "WordPiece",
			unk_token: "[UNK]",
			continuing_subword_prefix: "##",
			max_input_chars_per_word: 100,
			vocab: Object.fromEntries(words.map((word, id) => [word, id])),
		},
	}
}

let root: string
const sources: string[] = []
const exported: string[] = []
beforeAll(async () => {
	root = await mkdtemp(join(tmpdir(), "winnow-tokenizers-"))
	for (const [i, files] of Object.values(tokenizers).entries()) {
		const [source, out] = [join(root, `model-${i}`), join(root, `out-${i}`)]
		await writeTinyModel(source)
		const words = (await readFile(join(source, "vocab.txt"), "utf8")).trimEnd().split("\n")
		for (const name of ["vocab.txt", "tokenizer_config.json"]) await rm(join(source, name))
		for (const [name, content] of Object.entries(files(words))) {
			await writeFile(join(source, name), typeof content === "string" ? content : JSON.stringify(content))
		}
		await exportModel({ model: source, out, formats: ["fp32"], threads: 1 })
		sources.push(source)
		exported.push(out)
	}
}, timeout)
afterAll(() => rm(root, { recursive: true, force: true }))

async function ourIds(folder: string): Promise<number[][]> {
	const tokenizer = await loadTokenizer(folder)
	return texts.map((text) => [...tokenizer.encode(text).ids])
}

test("Winnow and Transformers.js read an exported tokenizer as Winnow read the model's", { timeout }, async () => {
	for (const [i, name] of Object.keys(tokenizers).entries()) {
		const expected = { name, ids: await ourIds(sources[i]!) }
		expect({ name, ids: await ourIds(exported[i]!) }).toEqual(expected)
		const tokenizer = await AutoTokenizer.from_pretrained(exported[i]!)
		expect({ name, ids: texts.map((text) => tokenizer.encode(text)) }).toEqual(expected)
	}
	const [cased, notCased] = [await ourIds(exported[0]!), await ourIds(exported[1]!)]
	expect(cased).not.toEqual(notCased)
})

test("Transformers reads it so, too, before and after", { timeout, ...needs("python") }, async () => {
	const [folders, asked, out] = ["folders", "texts", "ids"].map((name) => join(root, `${name}.json`))
	await writeFile(folders!, JSON.stringify([...sources, ...exported]))
	await writeFile(asked!, JSON.stringify(texts))
	await runPython("tokenize_texts.py", [folders!, asked!, out!], root)
	const theirs = JSON.parse(await readFile(out!, "utf8"))
	for (const [i, folder] of [...sources, ...exported].entries()) expect(theirs[i]).toEqual(await ourIds(folder))
})
