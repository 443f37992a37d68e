import { execFile } from "node:child_process"
import { createReadStream } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { loadTokenizer } from "../src/index.ts"
import { type LibraryCase, listed } from "./library-case.ts"

// Made by `pnpm install-python`; elsewhere there is nothing to compare with, and the name says so.
const python = process.env.WINNOW_PYTHON ?? "none"
const missing = python === "none"

const shared = new URL("../../../../shared/", import.meta.url)
const bert = fileURLToPath(new URL("models/minilm-sst2", shared))

describe.skipIf(missing)(`Hugging Face's tokenizers${missing ? " (skipped: pnpm install-python)" : ""}`, () => {
	let out: string
	beforeAll(async () => {
		out = await mkdtemp(join(tmpdir(), "winnow-library-"))
		const script = fileURLToPath(new URL("fixtures/encode-many.py", import.meta.url))
		const glue = fileURLToPath(new URL("data/glue", shared))
		await promisify(execFile)(python, [script, out, join(bert, "tokenizer.json"), glue])
	}, 300_000)
	afterAll(() => rm(out, { recursive: true, force: true }))

	test.each(["bert", "roberta"])(
		"%s: 20,000 fuzzed texts and GLUE's dev sets have the same ids and offsets",
		async (name) => {
			const tokenizer = await loadTokenizer(name === "bert" ? bert : join(out, name))
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
			expect(count).toBeGreaterThan(30_000)
		},
		300_000,
	)
})
