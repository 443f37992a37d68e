import { cp, mkdir, readFile, writeFile } from "node:fs/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { evaluate, prune, type Recipe } from "../src/index.ts"
import { runCommand } from "./run-command.ts"
import { type TinyWorkplace, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
let own: string
beforeAll(async () => {
	place = await tinyWorkplace()
	own = place.path("own")
	await mkdir(own)
	// The rows of the task under other names, in another format.
	for (const split of ["train", "dev"]) {
		const [, ...rows] = (await readFile(`${place.data}/${split}.tsv`, "utf8")).trimEnd().split("\n")
		const lines = rows.map((row) => row.split("\t") as [string, string])
		const csv = lines.map(([sentence, label]) => `"${sentence}",${label === "1" ? "positive" : "negative"}`)
		await writeFile(`${own}/${split}.csv`, `review,stars\n${csv.join("\n")}\n`)
	}
})
afterAll(() => place.remove())

const columns = { task: "classification", textColumns: ["review"], labelColumn: "stars" }
const recipe = (change: Partial<Recipe> = {}): Recipe => ({
	...columns,
	model: place.model,
	data: own,
	out: place.path("out"),
	macs: 0.5,
	samples: 32,
	timing: false,
	...change,
})

test("one's own files are drawn and scored as the same rows of a known task are", async () => {
	const { score, samples, task } = await prune(recipe())
	const known = { model: place.model, data: place.data, task: "sst2", macs: 0.5, samples: 32, timing: false }
	const glue = await prune({ ...known, out: place.path("glue") })
	expect(task).toBe("classification")
	expect(samples).toEqual(glue.samples)
	expect(score.dense).toBe(glue.score.dense)
	const again = await evaluate({ ...columns, model: place.path("out"), data: own })
	expect(again).toMatchObject({ task: "classification", score: score.pruned })
})

test("from the command line, too; labels are 0, 1, ... where neither model nor user names them", async () => {
	const flags = ["--task", "classification", "--text-column", "review", "--label-column", "stars", "--data", own]
	const nameless = place.path("nameless")
	await cp(place.model, nameless, { recursive: true })
	const { id2label: _, label2id: __, ...config } = JSON.parse(await readFile(`${nameless}/config.json`, "utf8"))
	await writeFile(`${nameless}/config.json`, JSON.stringify(config))
	const named = await runCommand(["evaluate", nameless, ...flags, "--labels", "negative,positive", "--quiet", "--json"])
	expect(JSON.parse(named.stdout)).toMatchObject({ task: "classification", samples: 32 })
	const unnamed = await runCommand(["evaluate", nameless, ...flags, "--quiet"])
	expect(unnamed).toMatchObject({ code: 1, stdout: "" })
	expect(unnamed.stderr).toMatch(/dev\.csv.*must be .*0, 1.*\(was (nega|posi)tive\)/)
})

describe("a task that is not clear is refused", () => {
	test.each([
		[
			{ task: "sst3" },
			/^prune: task must be one of cola, .*squad, squad_v2, classification, regression \(was sst3; did you mean sst2\?\)$/,
		],
		[{ textColumns: undefined }, "prune: textColumns must be given with the task classification (was missing)"],
		[{ labelColumn: undefined }, "prune: labelColumn must be given with the task classification (was missing)"],
		[{ task: "regression", labels: ["bad", "good"] }, "prune: labels must be absent with the task regression"],
		[{ task: "sst2" }, "prune: textColumns must be absent with the task sst2, whose files say so"],
		[{ task: undefined }, "prune: labelColumn must be absent without a task"],
		[
			{ task: "squad", textColumns: undefined, labelColumn: undefined },
			"the head for squad must be one for question answering (was classification)",
		],
	] as [Partial<Recipe>, string | RegExp][])("%j", async (change, message) => {
		await expect(prune(recipe(change))).rejects.toThrow(message)
	})
})

test("every task is listed, with where its files are", async () => {
	const { code, stdout } = await runCommand(["tasks"])
	expect(code).toBe(0)
	for (const task of ["cola", "mnli", "wnli", "squad", "squad_v2", "classification", "regression"]) {
		expect(stdout).toMatch(new RegExp(`^${task} `, "m"))
	}
	expect(stdout).toMatch(/^stsb +spearman, pearson +0 to 5 +128 +train\.tsv, dev\.tsv, test\.tsv$/m)
	expect(stdout).toContain("train-v1.1.json")
})
