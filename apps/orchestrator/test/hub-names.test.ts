import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { readQuestions, type SquadTask } from "@winnow/glue-eval/squad"
import { commit, hubServer, token } from "@winnow/testing/hub"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import { evaluate, inspect, prune } from "../src/index.ts"
import { locateData } from "../src/prepare/locate.ts"
import { taskOf } from "../src/request/task-choice.ts"
import { runCommand } from "./run-command.ts"
import { type TinyWorkplace, tinyRecipe, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
beforeAll(async () => (place = await tinyWorkplace()))
afterAll(() => place.remove())

const unlabelled = { labels: undefined, architecture: { logits: 2 } }
const hub = hubServer()
beforeEach(() => {
	for (const [name, value] of Object.entries(hub().env)) vi.stubEnv(name, value)
})
afterEach(() => vi.unstubAllEnvs())

/** Rows as the GLUE data set has them, compressed by Snappy; the other file has hidden labels. */
const parquet = (name: string) =>
	readFile(new URL(`../../../packages/glue-eval/test/fixtures/${name}.parquet`, import.meta.url))

async function publishModel() {
	hub().id = "org/tiny-model"
	for (const name of await readdir(place.model)) hub().files.set(name, await readFile(join(place.model, name)))
	hub().files.set("pytorch_model.bin", Buffer.from("not wanted"))
}

async function publishData() {
	hub().id = "org/glue"
	hub().kind = "datasets"
	for (const split of ["train", "validation"]) {
		hub().files.set(`sst2/${split}-00000-of-00001.parquet`, await parquet("glue-snappy"))
	}
	hub().files.set("sst2/test-00000-of-00001.parquet", await parquet("glue-hidden"))
	hub().files.set("cola/train-00000-of-00001.parquet", Buffer.from("not wanted"))
}

describe("a model's name on the Hub", () => {
	test("is pruned like a folder, and the result says at which commit", async () => {
		await publishModel()
		const out = place.path("from-hub")
		const result = await prune(tinyRecipe(place, { model: "org/tiny-model", out, timing: false }))
		const local = await prune(tinyRecipe(place, { out: place.path("local"), timing: false }))
		expect(result.model).toEqual({ ...local.model, source: "org/tiny-model", revision: commit })
		expect([result.kept, result.score]).toEqual([local.kept, local.score])
		expect(hub().downloads.some((path) => path.includes("pytorch_model.bin"))).toBe(false)
		expect(JSON.stringify(result)).not.toContain(token)
		expect((await readdir(out)).sort()).toEqual((await readdir(place.path("local"))).sort())
	})

	test("may carry a revision, and serves from the cache without the Hub", async () => {
		await publishModel()
		const { model } = await inspect({ model: "org/tiny-model@refs/pr/1" })
		expect(model).toMatchObject({ source: "org/tiny-model", revision: commit })
		vi.stubEnv("HF_HUB_OFFLINE", "1")
		const asked = hub().seen.length
		const flags = ["--task", "sst2", "--data", place.data]
		const { code, stdout, stderr } = await runCommand(["evaluate", "org/tiny-model@refs/pr/1", ...flags, "--json"])
		expect(code).toBe(0)
		expect(JSON.parse(stdout).model).toMatchObject({ source: "org/tiny-model", revision: commit })
		expect(stderr).toContain("org/tiny-model: from the cache, at 0123456789ab; the Hub was not asked")
		expect(hub().seen).toHaveLength(asked)
	})

	test("that is nobody's is refused in one line", async () => {
		const { code, stderr } = await runCommand(["inspect", "org/missing"])
		expect(code).toBe(1)
		expect(stderr).toMatch(/^org\/missing: .*\n$/)
		expect(stderr).not.toContain(token)
	})
})

describe("a data set's name on the Hub", () => {
	/** Four of the five there are: too few to draw from. */
	const rows = async () => {
		await writeFile(place.path("rows.json"), "[0, 1, 2, 3]")
		return place.path("rows.json")
	}

	test("gives a task's splits, and the result says at which commit", async () => {
		await publishData()
		const change = { data: "org/glue", out: place.path("hub-data"), sampleIndices: await rows(), timing: false }
		const result = await prune(tinyRecipe(place, change))
		expect(result.data).toEqual({ source: "org/glue", revision: commit })
		expect(result.guide).toMatchObject({ source: "test", samples: 5 })
		expect(hub().downloads.some((path) => path.includes("cola"))).toBe(false)
	})

	test("gives SQuAD's questions", async () => {
		hub().id = "org/squad"
		hub().kind = "datasets"
		for (const split of ["train", "validation"]) {
			hub().files.set(`squad_v2/${split}-00000-of-00001.parquet`, await parquet("squad-snappy"))
		}
		const located = await locateData("org/squad", { task: "squad_v2", splits: ["train", "dev", "test"] }, {})
		expect(located.hub).toEqual({ id: "org/squad", commit })
		const task = taskOf({ task: "squad_v2", files: located.files }, unlabelled) as SquadTask
		expect(task.splits.test).toEqual([])
		const { questions } = await readQuestions(task, located.folder, { split: "dev" })
		expect(questions.map(({ answers }) => answers)).toEqual([["The Rhine", "Rhine"], ["10"], []])
	})

	test("of one's own task may lack a test split", async () => {
		hub().id = "org/reviews"
		hub().kind = "datasets"
		for (const split of ["train", "validation"]) {
			hub().files.set(`data/${split}-00000-of-00001.parquet`, await parquet("glue-snappy"))
		}
		const own = { task: "classification", textColumns: ["sentence"], labelColumn: "label", data: "org/reviews" }
		const result = await prune(
			tinyRecipe(place, { ...own, out: place.path("own"), sampleIndices: await rows(), timing: false }),
		)
		expect(result.guide.source).toBe("rest")
	})

	test("is scored on, of one's own task by its columns", async () => {
		hub().id = "org/reviews"
		hub().kind = "datasets"
		hub().files.set("data/validation-00000-of-00001.parquet", await parquet("glue-snappy"))
		const own = { task: "classification", textColumns: ["sentence"], labelColumn: "label" }
		const { data, samples } = await evaluate({ ...own, model: place.model, data: "org/reviews" })
		expect(data).toEqual({ source: "org/reviews", revision: commit })
		expect(samples).toBe(5)
	})

	test("that lacks a split is refused with those it has", async () => {
		await publishData()
		hub().files.delete("sst2/train-00000-of-00001.parquet")
		await expect(prune(tinyRecipe(place, { data: "org/glue", samples: 4 }))).rejects.toThrow(
			"the configuration and split must be one of cola/train, sst2/test, sst2/validation (was sst2/train)",
		)
	})

	test("that has a split in several files is refused", async () => {
		await publishData()
		hub().files.delete("sst2/train-00000-of-00001.parquet")
		for (const shard of [0, 1])
			hub().files.set(`sst2/train-0000${shard}-of-00002.parquet`, await parquet("glue-snappy"))
		await expect(prune(tinyRecipe(place, { data: "org/glue", samples: 4 }))).rejects.toThrow(
			"the files of train must be one (was 2 shards)",
		)
	})
})
