import { readFile, writeFile } from "node:fs/promises"
import type { LatencyTable } from "@winnow/latency-profiler"
import type { OnnxRuntimeOptions, Runtime } from "@winnow/runtime"
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest"
import { checkPruning, prune, type Recipe } from "../src/index.ts"
import { runCommand } from "./run-command.ts"
import { type TinyWorkplace, tinyRecipe, tinyWorkplace } from "./tiny-workplace.ts"

/** Precisions of the programs that were run or timed and of the runtimes that were opened, in order. */
const noted = vi.hoisted(() => ({ ran: [] as string[], timed: [] as string[], opened: [] as string[], closed: 0 }))

vi.mock("@winnow/runtime", async (original) => {
	const actual = await original<typeof import("@winnow/runtime")>()
	return {
		...actual,
		onnxRuntime: async (options: OnnxRuntimeOptions) => noting(await actual.onnxRuntime(options), options),
	}
})

function noting(runtime: Runtime, { precision = "fp32" }: OnnxRuntimeOptions): Runtime {
	noted.opened.push(precision)
	return {
		...runtime,
		async compile(graph) {
			const program = await runtime.compile(graph)
			return {
				...program,
				run(feeds) {
					noted.ran.push(precision)
					return program.run(feeds)
				},
				time(feeds, runs) {
					noted.timed.push(precision)
					return program.time(feeds, runs)
				},
			}
		},
		close() {
			noted.closed++
			return runtime.close()
		},
	}
}

const serving = { batch: 2, length: 8, threads: 1 }

const flags = ["--batch", "2", "--length", "8", "--threads", "1"]

let place: TinyWorkplace
let tables: readonly LatencyTable[]
let tableFile: string
/** What `winnow profile --precision fp32,int8` printed, and what was noted of it. */
let profiled: { readonly stdout: string; readonly noted: typeof noted }
beforeAll(async () => {
	place = await tinyWorkplace()
	tableFile = place.path("tables.json")
	const both = ["--precision", "fp32,int8", "--out", tableFile]
	const { stdout } = await runCommand(["profile", place.model, ...flags, ...both, "--quiet"])
	profiled = { stdout, noted: { ...noted } }
	tables = JSON.parse(await readFile(tableFile, "utf8"))
})
afterAll(() => place.remove())
beforeEach(() => Object.assign(noted, { ran: [], timed: [], opened: [], closed: 0 }))

function recipe(change: Partial<Recipe> = {}): Recipe {
	const { macs: _, ...rest } = tinyRecipe(place, {
		...serving,
		latency: 1,
		timing: false,
		precision: "int8",
		...change,
	})
	return rest
}

const setOf = (names: readonly string[]) => [...new Set(names)]

test("profile measures each precision by programs of its own", () => {
	expect(tables.map(({ setting }) => setting)).toEqual([
		{ ...serving, precision: "fp32" },
		{ ...serving, precision: "int8" },
	])
	const { timed, ran, opened, closed } = profiled.noted
	expect([setOf(timed), ran]).toEqual([["fp32", "int8"], []])
	expect(timed).toEqual(timed.toSorted())
	expect([opened, closed]).toEqual([["fp32", "int8"], 2])
	expect(profiled.stdout).toMatch(/^model, batch 2, length 8, 1 thread, fp32$/m)
	expect(profiled.stdout).toMatch(/^model, batch 2, length 8, 1 thread, int8$/m)
})

test("pruning times programs in int8 from the table to the last comparison, and runs all others in float32", async () => {
	const result = await prune(recipe())
	expect(setOf(noted.timed)).toEqual(["int8"])
	expect(setOf(noted.ran)).toEqual(["fp32"])
	expect(setOf(noted.opened)).toEqual(["fp32", "int8"])
	expect(noted.closed).toBe(noted.opened.length)
	expect(result.recipe).toMatchObject({ latency: 1, precision: "int8" })
	expect(result.latency).toMatchObject({
		...serving,
		precision: "int8",
		isMeasured: true,
		table: { source: "measured" },
	})
	const measured = JSON.parse(await readFile(place.path("out", "latency.json"), "utf8")) as LatencyTable
	expect(measured.setting).toEqual({ ...serving, precision: "int8" })
})

test("pruning finds the table of its precision in a file of both, and measures beside it", async () => {
	for (const [index, precision] of (["fp32", "int8"] as const).entries()) {
		noted.timed = []
		const result = await prune(recipe({ precision, latencyTable: tableFile, out: place.path(precision) }))
		expect(result.latency).toMatchObject({ precision, isMeasured: true })
		expect(result.latency!.table.dense).toBe(tables[index]!.dense.ms)
		expect(setOf(noted.timed)).toEqual([precision])
	}
})

test("the precision of what is measured changes nothing of what is written", async () => {
	const weights: Buffer[] = []
	for (const precision of ["fp32", "int8"] as const) {
		// Of another machine: nothing is measured, and one table says both.
		const table = { ...tables[0]!, setting: { ...serving, precision }, machine: { cpu: "an abacus" } }
		const latencyTable = place.path(`${precision}.json`)
		await writeFile(latencyTable, JSON.stringify(table))
		const out = place.path("written", precision)
		await prune(recipe({ precision, latency: 0.9, latencyTable, out }))
		weights.push(await readFile(place.path("written", precision, "model.safetensors")))
	}
	expect(weights[1]).toEqual(weights[0])
})

test("a table of another precision is refused with both shown", async () => {
	const latencyTable = place.path("fp32-alone.json")
	await writeFile(latencyTable, JSON.stringify(tables[0]))
	await expect(checkPruning(recipe({ latencyTable }))).rejects.toThrow(
		"fp32-alone.json: its setting must be batch 2, length 8, 1 thread, int8 (was batch 2, length 8, 1 thread, fp32)",
	)
	expect(noted.closed).toBe(noted.opened.length)
})

test.each([
	[["--precision", "fp16"], 'profile: --precision must be fp32 or int8, or a list of them (was "fp16")\n'],
	[["--precision", "fp32,fp16"], 'profile: --precision must be "fp32" or "int8" (was "fp16")\n'],
	[["--precision", "int8", "--runtime", "tfjs"], "profile: --precision must be fp32 with --runtime tfjs (was int8)\n"],
])("profile %s is refused in one line", async (wrong, stderr) => {
	expect(await runCommand(["profile", place.model, ...wrong])).toEqual({ code: 2, stdout: "", stderr })
})

test("the command prunes to the milliseconds of int8, and says so", async () => {
	const task = ["--task", "sst2", "--data", place.data, "--samples", "16", "--out", place.path("command")]
	const budget = ["--latency", "100ms", "--precision", "int8", "--latency-table", tableFile]
	const { code, stdout } = await runCommand([
		"prune",
		place.model,
		...task,
		...flags,
		...budget,
		"--no-timing",
		"--quiet",
	])
	expect(code).toBe(0)
	expect(stdout).toMatch(/^latency, 2 x 8 tokens, 1 thread, int8 +[\d.]+ ms +[\d.]+ ms +[\d.]+ %$/m)
})
