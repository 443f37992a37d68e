import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { writeTinyData, writeTinyModel } from "@winnow/fixtures"
import { afterAll, beforeAll, expect, test, vi } from "vitest"

let folder: string
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "winnow-example-"))
	await writeTinyModel(join(folder, "model"), { task: "stsb" })
	await writeTinyData(join(folder, "data"), "stsb")
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test("prunes a model to the share asked for and prints what came of it", async () => {
	const lines: string[] = []
	vi.spyOn(console, "log").mockImplementation((line) => lines.push(line))
	vi.spyOn(process, "argv", "get").mockReturnValue([
		"node",
		"main.js",
		join(folder, "model"),
		"stsb",
		join(folder, "data"),
		"0.5",
		"32",
	])
	await import("../src/main.ts")
	const [score, macs, heads, neurons] = lines
	expect(score).toMatch(/^spearman -?0\.\d{4} -> -?0\.\d{4}$/)
	expect(macs).toMatch(/^MACs kept 0\.(5000|49\d\d)$/)
	expect(heads).toMatch(/^heads {3}4 4 -> \d \d$/)
	expect(neurons).toMatch(/^neurons 64 64 -> \d+ \d+$/)
})
