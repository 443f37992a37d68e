import { execFile } from "node:child_process"
import { createReadStream } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { installedModel, needs, sharedFile } from "@winnow/testing"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { loadTokenizer } from "../src/index.ts"
import { type LibraryCase, listed } from "./library-case.ts"

interface Inputs {
	readonly name: string
	readonly needed: ReturnType<typeof needs>
	readonly atLeast: number
	/** A folder with the tokenizer of BERT. */
	bert(): string
	/** What the script encodes, if not fuzzed texts. */
	texts(): readonly string[]
}

const inputs: readonly Inputs[] = [
	{
		name: "20,000 fuzzed texts",
		needed: needs("python", "all-minilm-l6-v2"),
		atLeast: 20_000,
		bert: () => installedModel("all-minilm-l6-v2"),
		texts: () => [],
	},
	{
		name: "GLUE's dev sets",
		needed: needs("python", "shared"),
		atLeast: 10_000,
		bert: () => fileURLToPath(sharedFile("models/minilm-sst2")),
		texts: () => [fileURLToPath(sharedFile("data/glue"))],
	},
]

describe.each(inputs)("of $name", ({ needed, atLeast, bert, texts }) => {
	let out: string
	beforeAll(async () => {
		out = await mkdtemp(join(tmpdir(), "winnow-library-"))
		const script = fileURLToPath(new URL("fixtures/encode-many.py", import.meta.url))
		const args = [script, out, join(bert(), "tokenizer.json"), ...texts()]
		await promisify(execFile)(process.env.WINNOW_PYTHON!, args)
	}, 300_000)
	afterAll(() => rm(out, { recursive: true, force: true }))

	test.each(["bert", "roberta"])(
		"%s: ids and offsets are those of Hugging Face's tokenizers",
		{ timeout: 300_000, ...needed },
		async (name) => {
			const tokenizer = await loadTokenizer(name === "bert" ? bert() : join(out, name))
			let count = 0
			for await (const line of createInterface(createReadStream(join(out, `${name}.jsonl`)))) {
				const { text, pair, maxLength, ...expected } = JSON.parse(line) as LibraryCase
				const ours = listed(tokenizer.encode(text, { pair, maxLength }))
				// Matchers take a hundred times as long: only what differs meets one.
				const isSame = Object.entries(ours).every(
					([key, value]) => String(value) === String(expected[key as keyof typeof expected]),
				)
				if (!isSame) expect({ text, pair, maxLength, ...ours }).toEqual({ text, pair, maxLength, ...expected })
				count++
			}
			expect(count).toBeGreaterThanOrEqual(atLeast)
		},
	)
})
