import { spawnSync } from "node:child_process"
import { appendFile, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { replaceFolder } from "@winnow/checkpoint"
import { formatFiles } from "@winnow/export"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { checkPruning, exportModel, prune } from "../src/index.ts"
import { openModel } from "../src/prepare/open-model.ts"
import { outputBytes } from "../src/prepare/output-bytes.ts"
import { runCommand } from "./run-command.ts"
import { type TinyWorkplace, tinyRecipe, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
beforeAll(async () => {
	place = await tinyWorkplace()
	await prune(tinyRecipe(place, { timing: false, threads: 1 }))
})
afterAll(() => place.remove())

/** A run that says when it begins to work, which it should not. */
const idle = () => {
	const stages: string[] = []
	return { stages, onProgress: ({ stage }: { stage: string }) => void stages.push(stage) }
}

describe("an earlier result", () => {
	test("that holds more is refused before any work, with what it holds, and kept", async () => {
		const out = place.path("with-notes")
		await cp(place.path("out"), out, { recursive: true })
		await mkdir(join(out, ".git"))
		await mkdir(join(out, "eval"))
		await writeFile(join(out, "NOTES.md"), "mine")
		await appendFile(join(out, "README.md"), "mine")
		const before = await readdir(out, { recursive: true })
		const line = `${out}: the output folder must be new, empty or an earlier output (was a folder with .git, NOTES.md, README.md (changed) and eval in it, which would be lost)`
		const run = idle()
		await expect(prune(tinyRecipe(place, { out }), run)).rejects.toThrow(line)
		await expect(checkPruning(tinyRecipe(place, { out }))).rejects.toThrow(line)
		await expect(exportModel({ model: place.model, out, formats: [] }, run)).rejects.toThrow(line)
		expect(run.stages).toEqual([])
		expect(await readdir(out, { recursive: true })).toEqual(before)
		expect(await readFile(join(out, "NOTES.md"), "utf8")).toBe("mine")
	})

	test("is replaced where it is as it was written, by prune and by export", async () => {
		const out = place.path("again")
		await cp(place.path("out"), out, { recursive: true })
		await prune(tinyRecipe(place, { out, macs: 0.7, timing: false, threads: 1 }))
		await exportModel({ model: place.model, out, formats: [], threads: 1 })
		expect(JSON.parse(await readFile(join(out, "winnow.json"), "utf8")).schema).toBe("winnow-export/1")
		expect(await readdir(dirname(out))).not.toContainEqual(expect.stringMatching(/^\./))
	})
})

describe("profile --out", () => {
	const profiled = (out: string) => runCommand(["profile", place.model, "--quiet", "--threads", "1", "--out", out])

	test("is refused before any work where it is a folder, below a file or too long a name", async () => {
		const file = place.path("file")
		await writeFile(file, "mine")
		for (const [out, actual] of [
			[place.path("out"), "a file, new or to be replaced (was a folder)"],
			[join(file, "table.json"), "in a writable place (was below something that is no folder)"],
			[place.path("n".repeat(300)), "in a writable place (was too long a name)"],
		] as const) {
			const { code, stdout, stderr } = await profiled(out)
			expect([code, stdout, stderr]).toEqual([1, "", `${out}: the output file must be ${actual}\n`])
		}
		expect(await readFile(file, "utf8")).toBe("mine")
	})

	test("is refused before any work where another file is, which is kept", async () => {
		for (const [name, text] of [
			["mine.json", '{ "mine": [1] }'],
			["list.json", "[]"],
			["notes.txt", "mine"],
			["empty.json", ""],
		] as const) {
			const out = place.path(name)
			await writeFile(out, text)
			await expectKept(out)
		}
		for (const name of ["config.json", "model.safetensors", "vocab.txt"]) await expectKept(join(place.model, name))
		await expectKept(place.path("out", "winnow.json"))
	})

	async function expectKept(out: string): Promise<void> {
		const before = await readFile(out)
		const { code, stdout, stderr } = await profiled(out)
		const line = `${out}: the output file must be new, or an earlier output of winnow profile (was another file)\n`
		expect([code, stdout, stderr]).toEqual([1, "", line])
		expect(await readFile(out)).toEqual(before)
	}

	test("is written with its parents, and replaces a table that was there", async () => {
		const out = place.path("deep", "tables", "server.json")
		const flags = ["profile", place.model, "--quiet", "--threads", "1", "--length", "8", "--out", out]
		for (let time = 0; time < 2; time++) {
			expect(await runCommand(flags)).toMatchObject({ code: 0, stderr: "" })
			expect(JSON.parse(await readFile(out, "utf8"))).toHaveLength(1)
		}
		expect(await readdir(dirname(out))).toEqual(["server.json"])
	}, 60_000)
})

test("what a result takes on the disk is known before any work, and never more than it takes", async () => {
	const open = await openModel(place.model, { runtime: "onnx", threads: 1 })
	try {
		for (const formats of [[], ["fp32", "int8"]] as const) {
			const out = place.path("sizes")
			const { files } = await exportModel({ model: place.model, out, formats: [...formats], threads: 1 })
			const parts = ["model.safetensors", ...formats.map((format) => formatFiles[format])]
			const actual = parts.reduce((sum, path) => sum + files[path]!, 0)
			const estimate = outputBytes(open.encoder, { source: open, formats })
			expect(estimate).toBeLessThanOrEqual(actual)
			// A tiny model's files are names and shapes for a third.
			expect(estimate).toBeGreaterThan(0.6 * actual)
			const half = outputBytes(open.encoder, { source: open, formats, budget: { macs: 0.5 } })
			const unknown = outputBytes(open.encoder, { source: open, formats, budget: "unknown" })
			expect([unknown < half, half < estimate]).toEqual([true, true])
		}
	} finally {
		await open.close()
	}
})

describe("a hidden folder that a killed run left", () => {
	test("is removed by the next prune, export or family in the same place, which says so", async () => {
		for (const run of [pruneAgain, exportAgain, familyAgain]) {
			const left = await leave(run === familyAgain ? place.path("family", "0.5") : place.path("next"))
			const notes: string[] = []
			await run((note) => notes.push(note))
			expect(notes).toEqual([`${left}: left by a run that was killed: it is removed`])
			expect(await place.listing()).not.toContainEqual(expect.stringContaining(".winnow-"))
		}
	})

	test("stays where nothing is written: a dry run changes nothing", async () => {
		const left = await leave(place.path("dry"))
		await checkPruning(tinyRecipe(place, { out: place.path("dry") }))
		expect(await readdir(left)).toEqual(["winnow.json"])
		await rm(left, { recursive: true })
	})
})

type OnNote = (note: string) => void
const pruneAgain = (onNote: OnNote) =>
	prune(tinyRecipe(place, { out: place.path("next"), timing: false, threads: 1 }), { onNote })
const exportAgain = (onNote: OnNote) =>
	exportModel({ model: place.model, out: place.path("next"), formats: [], threads: 1 }, { onNote })
const familyAgain = (onNote: OnNote) =>
	prune(tinyRecipe(place, { out: place.path("family"), timing: false, threads: 1 }), { onNote })

/** A half-built output as a process leaves it that has ended since. */
async function leave(out: string): Promise<string> {
	let left = ""
	await replaceFolder(
		out,
		async (temporary) => {
			left = temporary
		},
		{ foreignIn: () => [] },
	)
	await rm(out, { recursive: true })
	const dead = left.replace(`-${process.pid}-`, `-${spawnSync(process.execPath, ["-e", ""]).pid}-`)
	await mkdir(dead, { recursive: true })
	await writeFile(join(dead, "winnow.json"), "{}")
	return dead
}
