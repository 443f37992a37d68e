import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Tokenizer } from "@huggingface/tokenizers"
import { needs } from "@winnow/testing"
import { describe, expect, test } from "vitest"
import { completeFiles, loadTokenizer } from "../src/index.ts"
import { type Answer, autoTokenizer } from "./auto-tokenizer.ts"
import { folderWith } from "./folder-with.ts"
import { type Case, everySwitch, oddFiles, randomFolders } from "./tokenizer-cases.ts"
import { type Files, plainInputs } from "./tokenizer-folders.ts"

const timeout = 600_000

/** How many folders came out how: equal, or refused for which file and field. */
type Tally = Record<string, number>

/** Compares every folder; one that Transformers does not read proves nothing, and is counted. */
async function tallied(cases: readonly Case[]): Promise<Tally> {
	const theirs = await autoTokenizer(cases)
	const tally: Tally = {}
	for (const [i, one] of cases.entries()) {
		const ours = await answered(folderWith(one.files), one)
		const outcome = outcomeOf(ours, theirs[i]!)
		if (outcome === "other ids") expect({ files: one.files, ...ours }).toEqual({ files: one.files, ...theirs[i] })
		tally[outcome] = (tally[outcome] ?? 0) + 1
	}
	console.log(tally)
	return tally
}

function outcomeOf(ours: Answer, theirs: Answer): string {
	if (ours.ids === undefined) return theirs.ids ? named(ours.error!) : "refused by both"
	if (theirs.ids === undefined) return "read by Winnow alone"
	return JSON.stringify(ours.ids) === JSON.stringify(theirs.ids) ? "equal" : "other ids"
}

async function answered(folder: string, { texts }: Case): Promise<Answer> {
	try {
		const tokenizer = await loadTokenizer(folder)
		const ids = texts.map(([text, pair, maxLength]) => {
			return [...tokenizer.encode(text, { pair: pair ?? undefined, maxLength: maxLength ?? undefined }).ids]
		})
		return { ids }
	} catch (error) {
		return { error: (error as Error).message }
	}
}

/** The file and the field that a refusal names, without what is particular to one. */
function named(message: string): string {
	expect(message).toMatch(/^[^\n]+: [^\n]+ must be [^\n]+$/)
	const [where, what] = message.split(": ")
	return `${where!.replace(/.*\//, "")}: ${what!.replace(/ must be.*/, "").replace(/ "[^"]*"/, "")}`
}

describe("AutoTokenizer of Transformers", needs("python"), () => {
	test(
		"every value of every switch gives equal ids, whatever the class and the form of the files",
		async () => {
			const { equal, "refused by both": refused = 0, ...rest } = await tallied(everySwitch())
			expect(rest).toEqual({})
			expect(equal).toBeGreaterThan(1000)
			// A vocab.txt alone is nothing to PreTrainedTokenizerFast, nor vocab.json and merges.txt.
			expect(refused).toBeLessThan(150)
		},
		timeout,
	)

	test(
		"files that are not as they should be give equal ids, or are refused by name",
		async () => {
			const { equal, "refused by both": refused, "read by Winnow alone": alone, ...rest } = await tallied(oddFiles())
			expect(equal).toBeGreaterThan(300)
			expect(refused).toBeGreaterThan(100)
			// Older files and nothing that names a class or a kind of model: BERT's or RoBERTa's, as ever.
			expect(alone).toBeLessThan(30)
			expect(rest).toEqual({
				// Transformers makes up a vocabulary of five tokens where the file of the class is missing.
				"tokenizer: the folder": expect.any(Number),
				"vocab.json: the file": expect.any(Number),
				"vocab.txt: the file": expect.any(Number),
				// It makes WordPiece of a vocabulary of BPE, and the reverse.
				"tokenizer.json: model.type": expect.any(Number),
				// Two tokens of one id, and [MASK] in a text where the vocabulary has none: no embedding would be its own.
				"vocab.json: the id of": 1,
				"vocab.txt: the token of a text": expect.any(Number),
			})
		},
		timeout,
	)

	test(
		"folders in which several files say several things give equal ids",
		async () => {
			const { equal, "refused by both": refused = 0, ...rest } = await tallied(randomFolders(600, 20220416))
			expect(equal).toBeGreaterThan(500)
			expect(equal! + refused).toBe(600)
			expect(rest).toEqual({})
		},
		timeout,
	)

	test(
		"a completed folder gives the same ids to Winnow, Transformers and Transformers.js",
		async () => {
			const sources = randomFolders(250, 7, plainInputs)
			const completed: Case[] = []
			const expected: Answer[] = []
			let readByJs = 0
			for (const source of sources) {
				const folder = folderWith(source.files)
				const answer = await answered(folder, source)
				if (!answer.ids) continue
				const files = await completedFiles(folder, source.files)
				completed.push({ ...source, files })
				expected.push(answer)
				expect({ files, ...(await answered(folderWith(files), source)) }).toEqual({ files, ...answer })
				// Transformers.js does not know `single_word`.
				if (/"single_word":\s*true/.test(files["tokenizer.json"] as string)) continue
				expect({ files, ...ofTransformersJs(files, source) }).toEqual({ files, ...answer })
				readByJs++
			}
			expect([completed.length > 180, readByJs > 120]).toEqual([true, true])
			for (const [i, answer] of (await autoTokenizer(completed)).entries()) {
				expect({ files: completed[i]!.files, ...answer }).toEqual({ files: completed[i]!.files, ...expected[i] })
			}
		},
		timeout,
	)
})

async function completedFiles(folder: string, { "config.json": config }: Files): Promise<Files> {
	const modelType = (config as { model_type: string }).model_type
	const { copied, written } = await completeFiles(folder, { modelType, maxLength: 512 })
	const kept = copied.map((name) => [name, readFileSync(join(folder, name), "utf8")] as const)
	return { "config.json": config, ...Object.fromEntries(kept), ...written }
}

/** What its tokenizer, which reads these two files alone, makes of them. */
function ofTransformersJs(files: Files, { texts }: Case): Answer {
	const parsed = (name: string) => JSON.parse(files[name] as string)
	const tokenizer = new Tokenizer(parsed("tokenizer.json"), parsed("tokenizer_config.json"))
	return { ids: texts.map(([text, pair]) => tokenizer.encode(text, { text_pair: pair }).ids) }
}
