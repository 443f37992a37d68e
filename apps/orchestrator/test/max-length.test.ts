import { mkdir, readFile, writeFile } from "node:fs/promises"
import { writeTinyModel } from "@winnow/fixtures"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { evaluate, prune, type Recipe, verify } from "../src/index.ts"
import { runCommand } from "./run-command.ts"
import { type TinyWorkplace, tinyRecipe, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
let texts: string
let own: string
beforeAll(async () => {
	place = await tinyWorkplace()
	await writeTinyModel(place.path("model"), { positions: 200 })
	// Of 100 texts 3 have 152 tokens, special ones included, and one has 302.
	const words = (index: number) => "film ".repeat(index === 50 ? 300 : index % 40 === 0 ? 150 : 10).trim()
	const rows = Array.from({ length: 100 }, (_, index) => `${words(index)},${index % 2 ? "positive" : "negative"}`)
	texts = place.path("texts.csv")
	await writeFile(texts, `review,stars\n${rows.join("\n")}\n`)
	own = place.path("own")
	await mkdir(own)
	for (const split of ["train", "dev"]) await writeFile(`${own}/${split}.csv`, await readFile(texts))
})
afterAll(() => place.remove())
beforeEach(() => writeTokenizerLimit(undefined))

/** Changes tokenizer_config.json of the model. */
async function writeTokenizerLimit(model_max_length: unknown): Promise<void> {
	const path = `${place.model}/tokenizer_config.json`
	const { model_max_length: _, ...config } = JSON.parse(await readFile(path, "utf8"))
	await writeFile(path, JSON.stringify(model_max_length === undefined ? config : { ...config, model_max_length }))
}

const columns = { task: "classification", textColumns: ["review"], labelColumn: "stars" }
const scored = (change: object = {}, notes: string[] = []) =>
	evaluate({ model: place.model, data: own, ...columns, ...change }, { onNote: (note) => notes.push(note) })
const pruned = (change: Partial<Recipe>) => prune(tinyRecipe(place, { timing: false, ...change }))
const prunedOnTexts = ({ data, ...change }: Partial<Recipe> & Pick<Recipe, "data">) => {
	const { task: _, ...recipe } = tinyRecipe(place, { timing: false, textColumns: ["review"], ...change })
	return prune({ ...recipe, data })
}

describe("one's own texts", () => {
	test("are cut at the model's positions", async () => {
		const notes: string[] = []
		expect((await scored({}, notes)).cut).toEqual({ length: 200, texts: 100, count: 1, share: 0.01 })
		expect(notes).toEqual([])
	})

	test("are cut where the tokenizer says so, and no later than the model can", async () => {
		await writeTokenizerLimit(100)
		const notes: string[] = []
		expect((await scored({}, notes)).cut).toEqual({ length: 100, texts: 100, count: 4, share: 0.04 })
		expect(notes).toEqual(["4 of 100 texts (4.0 %) are cut at 100 tokens (`maxLength`)"])
		await writeTokenizerLimit(1e30)
		expect((await scored()).cut).toMatchObject({ length: 200 })
		await writeTokenizerLimit("long")
		await expect(scored()).rejects.toThrow(
			/tokenizer_config\.json: model_max_length must be a positive number \(was long\)$/,
		)
	})

	test("are cut where `maxLength` says so, whatever the tokenizer says", async () => {
		await writeTokenizerLimit(100)
		expect((await scored({ maxLength: 152 })).cut).toEqual({ length: 152, texts: 100, count: 1, share: 0.01 })
		expect((await scored({ maxLength: 151 })).cut).toMatchObject({ length: 151, count: 4 })
	})

	test("are cut alike with and without a task, and counted once each", async () => {
		const withTask = await pruned({ ...columns, data: own, maxLength: 100, samples: 50 })
		const without = await prunedOnTexts({ data: texts, maxLength: 100, samples: 50, out: place.path("texts") })
		// The dev split and the train split are two files of the same 100 texts; the samples and the rest of train are all of them.
		expect(withTask.cut).toEqual({ length: 100, texts: 200, count: 8, share: 0.04 })
		expect(without.cut).toEqual({ length: 100, texts: 100, count: 4, share: 0.04 })
		expect(without.samples.indices).toEqual(withTask.samples.indices)
		expect(without.macs).toEqual(withTask.macs)
		expect(JSON.parse(await readFile(place.path("out", "winnow.json"), "utf8"))).toMatchObject({
			cut: withTask.cut,
			recipe: { maxLength: 100 },
		})
	})

	test("with one word less or more than there is room for are not cut, or cut", async () => {
		const data = place.path("edge.csv")
		await writeFile(
			data,
			`review\n${Array.from({ length: 24 }, (_, i) => "film ".repeat(i < 20 ? 8 : 9)).join("\n")}\n`,
		)
		const recipe = {
			data,
			maxLength: 10,
			samples: 16,
			out: place.path("edge"),
		}
		const { cut, macs } = await prunedOnTexts(recipe)
		expect(cut).toEqual({ length: 10, texts: 24, count: 4, share: 4 / 24 })
		expect(macs.length).toBe(10)
	})
})

describe("GLUE's texts", () => {
	test("are cut at the paper's length, are counted, and longer where asked for", async () => {
		await writeFile(`${place.data}/dev.tsv`, `sentence\tlabel\n${"film ".repeat(100)}\t1\nfilm\t0\n`)
		const glue = { model: place.model, task: "sst2", data: place.data }
		const notes: string[] = []
		const { cut } = await evaluate(glue, { onNote: (note) => notes.push(note) })
		expect(cut).toEqual({ length: 64, texts: 2, count: 1, share: 0.5 })
		expect(notes).toEqual(["1 of 2 texts (50.0 %) are cut at 64 tokens (`maxLength`)"])
		expect((await evaluate({ ...glue, maxLength: 102 })).cut).toEqual({ length: 102, texts: 2, count: 0, share: 0 })
	})

	test("longer than a model's positions are cut, too", async () => {
		const small = place.path("small")
		await writeTinyModel(small, { positions: 8 })
		const { cut } = await evaluate({ model: small, task: "sst2", data: place.data })
		expect(cut).toMatchObject({ length: 8, texts: 2, count: 1 })
	})
})

test.each([
	[201, /^.*model: `maxLength` must be a whole number from 1 to 200, the model's positions \(was 201\)$/],
	[0, "evaluate: maxLength must be a positive whole number (was 0)"],
	[1.5, "evaluate: maxLength must be a positive whole number (was 1.5)"],
	[1, "tokenizer: maxLength must be an integer of at least 2 (was 1)"],
] as [number, string | RegExp][])("maxLength %d is refused", async (maxLength, message) => {
	await expect(scored({ maxLength })).rejects.toThrow(message)
})

test("from the command line: a flag, a note, a row of the table, and so in evaluate and verify", async () => {
	const flags = ["--task", "classification", "--text-column", "review", "--label-column", "stars", "--data", own]
	const run = [place.model, ...flags, "--macs", "0.5", "--formats", "none", "--no-timing", "--max-length", "100"]
	const { code, stdout, stderr } = await runCommand(["prune", ...run, "--out", place.path("flag"), "--samples", "50"])
	expect(code).toBe(0)
	expect(stdout).toMatch(/^8 of 200 texts \(4\.0 %\) are cut at 100 tokens$/m)
	expect(stderr).toMatch(/^note: 8 of 200 texts \(4\.0 %\) are cut at 100 tokens/m)
	const scores = await runCommand(["evaluate", place.path("flag"), ...flags, "--max-length", "100", "--quiet"])
	expect(scores.stdout).toMatch(/^4 of 100 texts \(4\.0 %\) are cut at 100 tokens$/m)
	const check = await verify({ folder: place.path("flag"), data: own, ...columns, maxLength: 100 })
	expect(check).toMatchObject({ failures: [], cut: { length: 100, count: 4 } })
	const tasks = await runCommand(["tasks"])
	expect(tasks.stdout).toMatch(/^classification +accuracy +your own +the model's +train\.csv/m)
	expect((await runCommand(["tasks", "--help"])).stdout).toContain("--max-length says otherwise")
})
