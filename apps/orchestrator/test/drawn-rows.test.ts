import { createHash } from "node:crypto"
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { demoDataFolder, demoModelFolder } from "@winnow/demo"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Recipe } from "../src/index.ts"
import { type PruneJob, pruneJob } from "../src/prepare/prune-job.ts"
import { resolveRecipe } from "../src/request/resolve-recipe.ts"

let root: string
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), "winnow-rows-"))))
afterAll(() => rm(root, { recursive: true }))

async function jobOf(change: Partial<Recipe>): Promise<{ job: PruneJob; notes: string[] }> {
	const notes: string[] = []
	const places = { model: demoModelFolder(), data: demoDataFolder(), out: join(root, "out") }
	const budget = change.maxDrop === undefined ? { macs: 0.5 } : {}
	const recipe = resolveRecipe({ ...places, task: "sst2", ...budget, ...change })
	const job = await pruneJob(recipe, { onNote: (note) => notes.push(note) })
	await job.close()
	return { job, notes }
}

/** The demo data with so many training rows and, but where asked for, no test split. */
async function dataOf({ rows, test = false }: { rows: number; test?: boolean }): Promise<string> {
	const folder = await mkdtemp(join(root, "data-"))
	await cp(demoDataFolder(), folder, { recursive: true, filter: (path) => test || !path.endsWith("test.tsv") })
	const lines = (await readFile(join(folder, "train.tsv"), "utf8")).split("\n")
	await writeFile(join(folder, "train.tsv"), `${lines.slice(0, rows + 1).join("\n")}\n`)
	return folder
}

const sha256 = (rows: readonly number[]) => createHash("sha256").update(Uint32Array.from(rows)).digest("hex")

// Written down before rows were first kept back: with plenty of them nothing changes.
describe("of plenty of rows the same are drawn for ever", () => {
	test.each<[Partial<Recipe>, rows: string, samples: string]>([
		[
			{},
			"e2f6d861e33aa91d472d3b6fd3b67e47711eecfd623318fa29043d83920e9f6d",
			"325c722fed0026a8eb55e4a91d71482d120cb0e2e7208be684c6e51cf297df06",
		],
		[
			{ seed: 7, samples: 512 },
			"a56708552b076086c53f91ec19b7738160e25bc13209b8f1a97b889d8922a7ea",
			"faabc59e2b7c974f93bcd700f2b900fcec71e83e501199749e1a6014f763eefa",
		],
		[
			{ preset: "kwon2022", strictReference: true },
			"5560c87fa43f58105ade75c8f4e763988e5041d74a865f89e68adf0ee650bdfe",
			"3bb49239bb624c76e6001f3b3f5bbd435088d3b59400feaac8d886a16ba77aa9",
		],
		[
			{ maxDrop: 1, samples: 512 },
			"1772539ba3df5c3ec9a056d38c9aacde44698ef06ac9121d2c9950f2f279065a",
			"3e5bfaf9b89101c293e1a14ce8bb6260519bd681912b5f038fdb7fd014c24591",
		],
	])("with %o", async (change, rows, samples) => {
		const { job, notes } = await jobOf(change)
		expect([sha256(job.calibration.rows), job.calibration.sha256]).toEqual([rows, samples])
		expect(notes).toEqual([])
		const data = await dataOf({ rows: 4000 })
		const untested = await jobOf({ ...change, data })
		expect(untested.job.calibration.sha256).toBe(samples)
		expect(untested.job.guide).toMatchObject({ source: "rest", samples: { length: 700 } })
	})
})

describe("of few rows", () => {
	test.each<[rows: number, change: Partial<Recipe>, calibrated: number, keptBack: number]>([
		[4000, { samples: 4000 }, 3500, 500],
		[2100, {}, 1837, 263],
		[100, {}, 87, 13],
		[40, {}, 32, 8],
		[16, {}, 8, 8],
		// No rows are left over by chance: an eighth is kept back of these, too.
		[100, { samples: 99 }, 87, 13],
	])("%d with %o an eighth is kept back, at least 8", async (rows, change, calibrated, keptBack) => {
		const data = await dataOf({ rows })
		const { job, notes } = await jobOf({ ...change, data })
		expect([job.calibration.rows.length, job.guide?.source, job.guide?.samples.length]).toEqual([
			calibrated,
			"held-back",
			Math.min(keptBack, 700),
		])
		const said = `of ${rows} rows ${calibrated} are calibrated on, and ${keptBack} are kept back to compare models on`
		expect(notes).toEqual([`${join(data, "train.tsv")}: ${said} (\`samples\`: ${change.samples ?? 2048})`])
		const judges = new Set(job.calibration.rest.map(({ row }) => row))
		expect(job.calibration.rows.some((row) => judges.has(row))).toBe(false)
	})

	test("all are calibrated on where a test split is there to compare models on", async () => {
		const data = await dataOf({ rows: 100, test: true })
		const { job, notes } = await jobOf({ data })
		expect([job.calibration.rows.length, job.guide?.source]).toEqual([100, "test"])
		expect(notes).toEqual([`${join(data, "train.tsv")}: all 100 rows are calibrated on (\`samples\`: 2048)`])
	})

	test("under 16 there is nothing to draw", async () => {
		const data = await dataOf({ rows: 15, test: true })
		await expect(jobOf({ data })).rejects.toThrow(
			`${join(data, "train.tsv")}: rows to draw from must be at least 16 (was 15)`,
		)
	})

	test("the paper's code draws them again and again", async () => {
		const data = await dataOf({ rows: 10, test: true })
		const { job, notes } = await jobOf({ data, preset: "kwon2022", strictReference: true, samples: 64 })
		expect(job.calibration.rows.length).toBe(64)
		expect(notes).toEqual([])
	})
})

describe("a list of rows", () => {
	const listing = async (length: number) => {
		const path = join(root, `${length}.json`)
		await writeFile(path, JSON.stringify(Array.from({ length }, (_, row) => row)))
		return path
	}

	test("that leaves some compares models on those", async () => {
		const { job } = await jobOf({ data: await dataOf({ rows: 100 }), sampleIndices: await listing(60) })
		expect(job.guide).toMatchObject({ source: "rest", samples: { length: 40 } })
	})

	test("that leaves none compares models on nothing", async () => {
		const { job, notes } = await jobOf({ data: await dataOf({ rows: 100 }), sampleIndices: await listing(100) })
		expect(job.guide).toBeUndefined()
		expect(job.calibration.rows.length).toBe(100)
		expect(notes).toEqual([])
	})
})

describe("a largest drop", () => {
	test.each<[rows: number, change: Partial<Recipe>, calibrated: number, judges: number]>([
		[4000, {}, 2048, 1952],
		[4000, { samples: 50 }, 50, 200],
		[1000, {}, 800, 200],
		[400, {}, 200, 200],
		[200, { fewRows: true }, 100, 100],
	])("of %d rows with %o is judged on 200 at least", async (rows, change, calibrated, judges) => {
		const { job } = await jobOf({ maxDrop: 1, data: await dataOf({ rows, test: true }), ...change })
		expect([job.calibration.rows.length, job.heldOut?.size]).toEqual([calibrated, judges])
	})

	test("is not judged on fewer unless that is asked for", async () => {
		const data = await dataOf({ rows: 398 })
		await expect(jobOf({ maxDrop: 1, data })).rejects.toThrow(
			"train.tsv: rows that `maxDrop` can judge on must be at least 200, or `fewRows` given (was 199)",
		)
	})
})
