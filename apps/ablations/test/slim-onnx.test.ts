import { existsSync, readdirSync, readFileSync } from "node:fs"
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { renderedSpeed, smokeBench, speedRows, writeSpeed } from "../src/speed/slim-onnx-bench.ts"
import { speedDocument, speedTable } from "../src/speed/speed-document.ts"
import { speedPlot } from "../src/speed/speed-plot.ts"
import { speedRowsOf } from "../src/speed/speed-row.ts"
import { speedRow, speedRowsMadeUp } from "./made-up-speeds.ts"

it("writes how much faster every file is, how long it takes and how large it is", async () => {
	await expect(speedDocument(speedRowsMadeUp(), "slim-onnx")).toMatchFileSnapshot("snapshots/speed.md")
})

it("gives uncertainties of the speed, not of the time", () => {
	const row = speedRow({ batch: 1, threads: 2 })
	const line = speedTable([row])
		.split("\n")
		.find((text) => text.includes("| 50 % | int8"))
	expect(line).toBe("| 50 % | int8 | 4.00 ± 0.04 |")
})

it("draws a panel a row, a line a precision, and the faster the higher", async () => {
	const svg = speedPlot(speedRowsMadeUp())
	for (const name of ["batch 1, 1 thread", "batch 32, 2 threads"]) expect(svg).toContain(`${name}: times faster</text>`)
	const lines = [...svg.matchAll(/aria-label="line"><path d="M[\d.]+,([\d.]+)L.*?,([\d.]+)"/g)]
	expect(lines).toHaveLength(4 * 2)
	for (const [, dense, slimmest] of lines) expect(Number(slimmest)).toBeLessThan(Number(dense))
	await expect(svg).toMatchFileSnapshot("snapshots/speed.svg")
})

it("refuses rows that are not of this bench, naming the line", () => {
	const lines = [speedRow({ batch: 1, threads: 1 }), { ...speedRow({ batch: 1, threads: 2 }), rounds: 0 }]
	const text = lines.map((line) => JSON.stringify(line)).join("\n")
	expect(() => speedRowsOf(text, "speeds.jsonl")).toThrow(/^speeds\.jsonl: rounds of line 2 must be/)
})

it("prunes the demo model, writes its files, times all of them beside each other, and renders what was written", async () => {
	const notes: string[] = []
	const rows = await speedRows(smokeBench(), { onNote: (note) => notes.push(note) })
	expect(rows.map(({ batch, threads }) => [batch, threads])).toEqual([
		[1, 1],
		[4, 1],
		[1, 2],
		[4, 2],
	])
	expect(notes).toContain("batch 4, 2 threads: 4 files, 3 rounds")
	for (const { forms, length, rounds } of rows) {
		expect([length, rounds]).toEqual([16, 3])
		expect(forms.map(({ macs, precision }) => [macs, precision])).toEqual([
			[1, "fp32"],
			[1, "int8"],
			[0.5, "fp32"],
			[0.5, "int8"],
		])
		expect(forms[0]).toMatchObject({ share: 1, ratio: 1, error: 0 })
		expect(forms[2]!.share).toBeLessThanOrEqual(0.5)
		const [dense, denseInt8, slim, slimInt8] = forms.map(({ bytes }) => bytes)
		// A byte a weight instead of four, and scales, biases and operators.
		expect(denseInt8! / dense!).toBeLessThan(0.35)
		expect(slim).toBeLessThan(0.75 * dense!)
		expect(slimInt8).toBeLessThan(0.75 * denseInt8!)
	}
	const folder = await mkdtemp(join(tmpdir(), "winnow-slim-onnx-test-"))
	try {
		await writeSpeed(rows, folder)
		expect((await readdir(folder)).toSorted()).toEqual(["slim-onnx.jsonl", "slim-onnx.md", "slim-onnx.svg"])
		const file = join(folder, "slim-onnx.jsonl")
		expect(speedRowsOf(await readFile(file, "utf8"), file)).toEqual(rows)
		expect(await readFile(join(folder, "slim-onnx.md"), "utf8")).toContain(speedTable(rows))
	} finally {
		await rm(folder, { recursive: true })
	}
})

const committed = fileURLToPath(new URL("../../../docs/benches/", import.meta.url))

it("what is committed is what its rows give, or nothing is there", async () => {
	const there = existsSync(committed) ? readdirSync(committed).toSorted() : []
	if (there.length === 0) return
	expect(there).toEqual(["slim-onnx.jsonl", "slim-onnx.md", "slim-onnx.svg"])
	for (const [file, text] of await renderedSpeed(committed))
		expect([file, readFileSync(file, "utf8")]).toEqual([file, text])
})
