import { mkdir, readFile, writeFile } from "node:fs/promises"
import { ownTask, readParts } from "@winnow/glue-eval"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { evaluate, prune, type Recipe, verify } from "../src/index.ts"
import { runCommand } from "./run-command.ts"
import { type TinyWorkplace, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
let file: string
beforeAll(async () => {
	place = await tinyWorkplace()
	const rows = (
		await Promise.all(["train", "dev"].map((split) => readFile(`${place.data}/${split}.tsv`, "utf8")))
	).flatMap((text) => text.trimEnd().split("\n").slice(1))
	file = place.path("reviews.csv")
	await writeFile(file, `review,stars\n${rows.map((row) => row.replace("\t", ",")).join("\n")}\n`)
})
afterAll(() => place.remove())

const columns = { task: "classification", textColumns: ["review"], labelColumn: "stars" }
const flags = ["--task", "classification", "--text-column", "review", "--label-column", "stars"]
const recipe = (change: Partial<Recipe> = {}): Recipe => ({
	...columns,
	model: place.model,
	data: file,
	out: place.path("out"),
	macs: 0.5,
	samples: 32,
	timing: false,
	formats: [],
	...change,
})

test("one file is split by the seed, and the result says so", async () => {
	const notes: string[] = []
	const result = await prune(recipe({ seed: 3 }), { onNote: (note) => notes.push(note) })
	const split = { file: "reviews.csv", seed: 3, train: 78, dev: 9, test: 9 }
	expect(result.fileSplit).toEqual(split)
	expect(JSON.parse(await readFile(place.path("out", "winnow.json"), "utf8")).fileSplit).toEqual(split)
	expect(notes).toEqual(["reviews.csv split by seed 3: 78 rows to train, 9 dev, 9 test"])
	const task = ownTask({ kind: "classification", text: "review", label: "stars", labels: ["negative", "positive"] })
	const parts = await readParts(task, file, { seed: 3 })
	const train = parts.train.examples.map(({ row }) => row)
	expect(result.samples.indices.every((row) => train.includes(row))).toBe(true)
	// The models are compared on the test part.
	expect(result.guide).toMatchObject({ source: "test", samples: 9 })

	const evaluation = { ...columns, model: place.path("out"), data: file, seed: 3 }
	expect(await evaluate(evaluation)).toMatchObject({ score: result.score.pruned, samples: 9, fileSplit: split })
	expect(await evaluate({ ...evaluation, split: "train" })).toMatchObject({ split: "train", samples: 78 })
	expect((await evaluate({ ...evaluation, seed: 4 })).fileSplit).toEqual({ ...split, seed: 4 })
	expect(await verify({ ...columns, folder: place.path("out"), data: file, seed: 3 })).toMatchObject({
		failures: [],
		samples: 9,
		fileSplit: split,
		safetensors: { score: result.score.pruned },
	})
})

test("the parts of one file score as three files of the same rows do", async () => {
	const folder = place.path("three")
	await mkdir(folder)
	const task = ownTask({ kind: "classification", text: "review", label: "stars", labels: ["negative", "positive"] })
	for (const [part, { examples }] of Object.entries(await readParts(task, file, { seed: 0 }))) {
		const rows = examples.map(({ text, label }) => `${text}\t${label}`)
		await writeFile(`${folder}/${part}.tsv`, `review\tstars\n${rows.join("\n")}\n`)
	}
	const one = await prune(recipe())
	const three = await prune(recipe({ data: folder, out: place.path("of-three") }))
	expect(one.metrics).toEqual(three.metrics)
	expect(one.guide).toEqual(three.guide)
	expect(one.samples.sha256).toBe(three.samples.sha256)
	expect(three.fileSplit).toBeUndefined()
})

test("from the command line, too", async () => {
	const run = [place.model, ...flags, "--data", file, "--macs", "0.5", "--formats", "none", "--no-timing"]
	const { stdout, stderr } = await runCommand(["prune", ...run, "--samples", "32", "--out", place.path("flag")])
	expect(stdout).toMatch(/^reviews\.csv split by seed 0: 78 rows to train, 9 dev, 9 test$/m)
	expect(stderr).toMatch(/^note: reviews\.csv split by seed 0: 78 rows to train, 9 dev, 9 test$/m)
	const scores = await runCommand(["evaluate", place.path("flag"), ...flags, "--data", file, "--seed", "1", "--quiet"])
	expect(scores.stdout).toMatch(/classification dev: accuracy .*\(9 samples.*\nreviews\.csv split by seed 1: 78 rows/)
})

describe("a place of another kind is refused", () => {
	const refused = async (change: object, message: string) => {
		const error = await prune({ ...recipe(), ...change }).catch((error) => error)
		expect(error.message.replaceAll(place.root, "ROOT")).toBe(message)
	}
	const glue = { textColumns: undefined, labelColumn: undefined }

	test("a file for a task of GLUE or SQuAD", async () => {
		await refused(
			{ ...glue, task: "sst2" },
			"ROOT/reviews.csv: the data of sst2 must be a folder with train.tsv, dev.tsv, test.tsv (was a file)",
		)
		await refused(
			{ ...glue, task: "squad" },
			"ROOT/reviews.csv: the data of squad must be a folder with train-v1.1.json, dev-v1.1.json, test-v1.1.json (was a file)",
		)
	})

	test("a folder for texts without a task", () =>
		refused(
			{ task: undefined, labelColumn: undefined, data: place.data },
			"ROOT/data: the data must be one file of texts where no `task` is given (was a folder)",
		))

	test("what is not there", () =>
		refused(
			{ data: place.path("none.csv") },
			"ROOT/none.csv: the data of classification must be a folder, or one file with labels (was missing)",
		))

	test("a split that a file has not", () =>
		expect(evaluate({ ...columns, model: place.model, data: file, split: "dev_mismatched" })).rejects.toThrow(
			"reviews.csv: the split of one file must be one of train, dev, test (was dev_mismatched)",
		))
})
