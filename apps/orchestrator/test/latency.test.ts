import { readFile, writeFile } from "node:fs/promises"
import type { LatencyTable } from "@winnow/latency-profiler"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { checkPruning, type PruneResult, profile, prune, pruneFamily, type Recipe } from "../src/index.ts"
import { pruneResultSchema } from "../src/result/prune-result.ts"
import { runCommand } from "./run-command.ts"
import { type TinyWorkplace, tinyRecipe, tinyWorkplace } from "./tiny-workplace.ts"

// Tiny models take microseconds, and their measurements scatter: what is tested here is what is done with them. Where a test needs a
// budget that can be met for certain, it is the whole latency, or the table is the one below.
let place: TinyWorkplace
/** This machine's, with made-up milliseconds. */
let table: LatencyTable
let tableFile: string
/** Of another machine: what it says is what is reported. */
let elsewhere: string
beforeAll(async () => {
	place = await tinyWorkplace()
	const [measured] = await profile({ model: place.model, batch: 2, length: 8, threads: 1 })
	table = withMilliseconds(measured!)
	tableFile = place.path("table.json")
	await writeFile(tableFile, JSON.stringify(table))
	elsewhere = place.path("elsewhere.json")
	await writeFile(elsewhere, JSON.stringify({ ...table, machine: { ...table.machine, cpu: "an abacus" } }))
})
afterAll(() => place.remove())

/** 2 ms that no pruning removes, and 1 ms for each sublayer, in proportion to its units. */
function withMilliseconds({ curves, ...measured }: LatencyTable): LatencyTable {
	const exactly = (ms: number) => ({ ms, p10: ms, p90: ms })
	const straight = curves.map(({ points, ...curve }) => {
		const all = Math.max(...points.map(({ kept }) => kept))
		return { ...curve, points: points.map(({ kept }) => ({ kept, ...exactly(kept / all) })) }
	})
	const fixed = 2
	return { ...measured, fixed, dense: exactly(fixed + measured.model.sublayers.length), curves: straight }
}

const serving = { batch: 2, length: 8, threads: 1 }

function recipe(change: Partial<Recipe> = {}): Recipe {
	const { macs: _, ...rest } = tinyRecipe(place, { ...serving, latency: 0.7, timing: false, ...change })
	return rest
}

const readTable = async (...names: string[]) => JSON.parse(await readFile(place.path(...names), "utf8")) as LatencyTable
const stageNames = ({ stages }: PruneResult) => stages.map(({ name }) => name)

describe("a latency", () => {
	test("is measured, searched for, measured again and reported", async () => {
		const result = await prune(recipe({ latency: 1 }))
		const { latency } = result
		expect(latency).toMatchObject({ ...serving, precision: "fp32", isMeasured: true })
		expect(latency!.table).toMatchObject({ source: "measured", runtime: result.runtime })
		expect(latency!.table.checks).toHaveLength(4)
		expect(latency!.trials.length).toBeGreaterThan(0)
		expect(latency!.trials.length).toBeLessThanOrEqual(4)
		const { isChosen = false } = latency!.rival ?? {}
		expect(isChosen || latency!.trials.some(({ predicted }) => predicted === latency!.predicted.share)).toBe(true)
		expect(latency!.runs!.dense.ms).toBe(latency!.dense)
		expect(latency!.share).toBeGreaterThan(0)
		expect(stageNames(result)).toEqual(expect.arrayContaining(["latency table", "latency", "mask search"]))
		expect(pruneResultSchema(result)).toEqual(result)
		expect(result.recipe).toMatchObject({ latency: 1, ...serving, latencySearch: "exact" })
		expect(result.recipe).not.toHaveProperty("macs")
		expect(JSON.parse(await readFile(place.path("out", "winnow.json"), "utf8"))).toEqual(result)
		expect((await readTable("out", "latency.json")).setting).toEqual({ ...serving, precision: "fp32" })
	})

	test("goes by the table of a file, and measures beside it on the same machine", async () => {
		const result = await prune(recipe({ latencyTable: tableFile, out: place.path("by-file") }))
		expect(result.latency).toMatchObject({ isMeasured: true, table: { source: "file", dense: table.dense.ms } })
		expect(stageNames(result)).not.toContain("latency table")
		expect(result.files).not.toHaveProperty("latency.json")
	})

	test("of another machine cannot be measured here, and says so", async () => {
		const result = await prune(recipe({ latencyTable: elsewhere, out: place.path("elsewhere") }))
		const { latency } = result
		expect(latency).toMatchObject({ isMeasured: false, trials: [], table: { machine: { cpu: "an abacus" } } })
		expect(latency!.share).toBe(latency!.predicted.share)
		expect(latency!.share).toBeLessThanOrEqual(0.7)
		expect(latency).not.toHaveProperty("runs")
		const { stdout } = await runCommand(pruning("--latency", "0.7", "--latency-table", elsewhere))
		expect(stdout).toContain("not measured here")
	})

	test("in milliseconds is one, too", async () => {
		const budget = `${(0.8 * table.dense.ms).toFixed(4)}ms`
		const result = await prune(recipe({ latency: budget, latencyTable: elsewhere, out: place.path("in-ms") }))
		expect(result.recipe.latency).toBe(budget)
		expect(result.latency!.predicted.share).toBeLessThanOrEqual(0.8)
	})

	test("of several makes a folder each, from one table", async () => {
		const results = await pruneFamily(recipe({ latency: [1, "100 ms"], out: place.path("family") }))
		expect(results.map((result) => result.recipe.latency)).toEqual([1, "100 ms"])
		expect((await readTable("family", "1", "latency.json")).dense).toEqual(
			(await readTable("family", "100ms", "latency.json")).dense,
		)
		// More than the dense model takes: what matters is kept.
		expect(results[1]!.guide.measured).toBeLessThan(1e-6)
	})

	test("goes with the paper's search, its quirks and several rounds", async () => {
		for (const [name, change] of Object.entries({
			paper: { preset: "kwon2022" },
			rounds: { rounds: 2 },
		} as const)) {
			const result = await prune(recipe({ ...change, latencyTable: elsewhere, out: place.path(name) }))
			expect(result.latency!.predicted.share).toBeLessThanOrEqual(0.7)
		}
	})
})

describe("a budget that cannot be met", () => {
	test("names the smallest share, which can", async () => {
		const failure = await prune(recipe({ latency: 0.001, latencyTable: elsewhere })).catch((error: Error) => error)
		const [, smallest] = /at least ([\d.]+) of the model's cost \(was 0\.001\)/.exec(String(failure)) ?? []
		expect(smallest, String(failure)).toBeDefined()
		const result = await prune(recipe({ latency: Number(smallest), latencyTable: elsewhere, out: place.path("least") }))
		expect(result.latency!.predicted.share).toBeLessThanOrEqual(Number(smallest))
	})

	test("in milliseconds names them", async () => {
		await expect(prune(recipe({ latency: "0.000001ms", latencyTable: tableFile }))).rejects.toThrow(
			/latency: the budget must be at least [\d.]+ ms \(was 0\.000001 ms\)/,
		)
	})

	test.each([0.0001, "0.000001ms"])("by the table of a file is refused before any work: %s", async (latency) => {
		await expect(checkPruning(recipe({ latency, latencyTable: elsewhere }))).rejects.toThrow(
			/latency: the budget must be at least /,
		)
	})
})

describe("a table that does not fit", () => {
	test.each([
		[{ batch: 1 }, "its setting must be batch 1, length 8, 1 thread, fp32 (was batch 2, length 8, 1 thread, fp32)"],
		[{ length: 9 }, "its setting must be batch 2, length 9, 1 thread, fp32 (was batch 2, length 8, 1 thread, fp32)"],
	])("is refused with both shown: %j", async (change, message) => {
		await expect(prune(recipe({ ...change, latencyTable: tableFile }))).rejects.toThrow(`table.json: ${message}`)
	})

	test("is refused before anything is run, with one line", async () => {
		const broken = place.path("broken.json")
		await writeFile(broken, JSON.stringify({ ...table, fixed: -1 }))
		const { code, stderr } = await runCommand(pruning("--latency", "0.5", "--latency-table", broken, "--dry-run"))
		expect(code).toBe(1)
		expect(stderr).toBe(`${broken}: fixed must be a finite number of milliseconds, zero or more (was -1)\n`)
	})
})

const pruning = (...flags: string[]) => {
	const named = ["--task", "sst2", "--data", place.data, "--samples", "16", "--out", place.path("command")]
	return ["prune", place.model, ...named, "--batch", "2", "--length", "8", "--threads", "1", "--quiet", ...flags]
}

describe("the command", () => {
	test("prints what was measured beside what was predicted", async () => {
		const { code, stdout } = await runCommand(pruning("--speedup", "1.5", "--latency-table", tableFile))
		expect([0, 3]).toContain(code)
		expect(stdout).toMatch(/^latency, 2 x 8 tokens, 1 thread +[\d.]+ ms +[\d.]+ ms +[\d.]+ %$/m)
		expect(stdout).toMatch(/^ {2}predicted by the table +[\d.]+ ms +[\d.]+ ms +[\d.]+ %$/m)
	})

	test("ends with code 3 when the last measurement exceeds the budget, and only then", async () => {
		const { code, stdout } = await runCommand(pruning("--latency", "0.6", "--latency-table", tableFile, "--json"))
		const result = JSON.parse(stdout) as PruneResult
		expect(code).toBe(result.latency!.share > 0.6 ? 3 : 0)
	})
})

describe("profile", () => {
	afterEach(() => writeFile(tableFile, JSON.stringify(table)))

	test("makes a table for every combination, which prune finds again", async () => {
		const file = place.path("tables.json")
		const { code, stdout, stderr } = await runCommand([
			...["profile", place.model, "--batch", "1,2", "--length", "8", "--threads", "1,2", "--out", file],
		])
		expect(code).toBe(0)
		expect(stderr).toContain("batch 1, length 8, 1 thread, fp32")
		expect(stdout.match(/^whole model/gm)).toHaveLength(4)
		expect(stdout).toMatch(/^heads +0 +1 +2/m)
		const tables = JSON.parse(await readFile(file, "utf8")) as LatencyTable[]
		expect(tables.map(({ setting }) => [setting.threads, setting.batch])).toEqual([
			[1, 1],
			[1, 2],
			[2, 1],
			[2, 2],
		])
		const result = await prune(recipe({ latency: 1, latencyTable: file, out: place.path("from-tables") }))
		expect(result.latency!.table.dense).toBe(tables[1]!.dense.ms)
	})

	test("refuses what it cannot measure", async () => {
		await expect(profile({ model: place.model, length: 9999 })).rejects.toThrow(
			/profile: length must be at most \d+, the model's positions/,
		)
		expect(await runCommand(["profile", place.model, "--batch", "0"])).toMatchObject({
			code: 2,
			stderr: "profile: --batch must be a positive whole number, or a list of them (was 0)\n",
		})
	})

	test("stops when aborted", async () => {
		const reason = new Error("enough")
		const profiling = profile({ model: place.model, length: 8 }, { signal: AbortSignal.abort(reason) })
		await expect(profiling).rejects.toBe(reason)
	})
})
