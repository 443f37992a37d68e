import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it } from "vitest"
import { linesOf } from "../src/json-lines.ts"
import { main } from "../src/main.ts"
import { row } from "./made-up.ts"

async function run(...args: string[]) {
	const stdout: string[] = []
	const stderr: string[] = []
	const code = await main(args, { stdout: (text) => stdout.push(text), stderr: (text) => stderr.push(text) })
	return { code, stdout: stdout.join(""), stderr: stderr.join("") }
}

it("makes table and plot from rows alone", async () => {
	const folder = await mkdtemp(join(tmpdir(), "winnow-ablations-test-"))
	try {
		const rows = linesOf([row({ arm: "random", task: "sst2", seed: 0, macs: 0.5 })])
		await writeFile(join(folder, "what-each-part-buys.jsonl"), rows)
		const { code, stdout } = await run("--render", "--out", folder)
		expect([code, stdout]).toEqual([0, ["md", "svg"].map((type) => `${folder}/what-each-part-buys.${type}\n`).join("")])
		expect(await readFile(join(folder, "what-each-part-buys.md"), "utf8")).toContain("| random | 1.000 |")
		expect(await readFile(join(folder, "what-each-part-buys.svg"), "utf8")).toContain("<svg")
		expect(await readFile(join(folder, "what-each-part-buys.jsonl"), "utf8")).toBe(rows)
	} finally {
		await rm(folder, { recursive: true })
	}
})

it("refuses broken rows in one line", async () => {
	const folder = await mkdtemp(join(tmpdir(), "winnow-ablations-test-"))
	try {
		await writeFile(join(folder, "what-each-part-buys.jsonl"), "{}\n")
		const { code, stderr } = await run("--render", "--out", folder)
		expect([code, stderr.match(/\n/g)?.length]).toEqual([1, 1])
		expect(stderr).toMatch(/what-each-part-buys.jsonl: .* of line 1 must be/)
	} finally {
		await rm(folder, { recursive: true })
	}
})

it("has nothing to show without rows", async () => {
	const { code, stderr } = await run("--render", "--out", "no-such-folder")
	expect(code).toBe(1)
	expect(stderr).toMatch(/what-each-part-buys.jsonl: the file must be one that holds rows \(was missing or empty\)\n$/)
})

it("says what is wrong with arguments", async () => {
	expect(await run("why")).toMatchObject({ code: 2, stderr: "no such question: why (see --help)\n" })
	expect(await run("--samples", "many")).toMatchObject({
		code: 2,
		stderr: expect.stringContaining("--samples must be"),
	})
	expect(await run("--fast")).toMatchObject({ code: 2, stderr: expect.stringContaining("--fast") })
	expect(await run("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("what-each-part-buys") })
})
