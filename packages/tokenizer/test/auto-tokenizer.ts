import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import type { Case } from "./tokenizer-cases.ts"

/** Ids of every text, or why there are none. */
export interface Answer {
	readonly ids?: readonly (readonly number[])[]
	readonly error?: string
}

/** What AutoTokenizer of Transformers answers. A test that asks it needs it: `needs("python")`. */
export async function autoTokenizer(cases: readonly Case[]): Promise<readonly Answer[]> {
	const out = await mkdtemp(join(tmpdir(), "winnow-auto-tokenizer-"))
	try {
		const [asked, answered] = [join(out, "folders.jsonl"), join(out, "answers.jsonl")]
		await writeFile(asked, cases.map((one) => `${JSON.stringify(one)}\n`).join(""))
		const script = fileURLToPath(new URL("fixtures/auto-tokenizer.py", import.meta.url))
		const env = { ...process.env, HF_HUB_OFFLINE: "1", HF_HOME: join(out, "cache"), PYTHONDONTWRITEBYTECODE: "1" }
		await promisify(execFile)(process.env.WINNOW_PYTHON!, [script, asked, answered], { env, maxBuffer: 2 ** 26 })
		const lines = (await readFile(answered, "utf8")).trimEnd().split("\n")
		return lines.map((line) => JSON.parse(line) as Answer)
	} finally {
		await rm(out, { recursive: true, force: true })
	}
}
