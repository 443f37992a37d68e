import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, utimesSync } from "node:fs"
import { join } from "node:path"
import { needs } from "@winnow/testing"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { sourcesFingerprint } from "../src/build-when-stale.mjs"
import { standInWorkspace } from "./stand-in-workspace.ts"

const commandThatTells = `
	const args = process.argv.slice(2)
	process.on("SIGINT", () => { console.log("interrupted"); process.exitCode = 130; clearTimeout(wait) })
	const wait = setTimeout(() => {}, args.includes("wait") ? 60_000 : 0)
	if (args.includes("read")) for await (const piece of process.stdin) console.log(String(piece))
	else console.log(JSON.stringify({ args, here: process.cwd() }))
	if (args.includes("fail")) process.exitCode = 3
`

const { folder: workspace, write, remove } = standInWorkspace(commandThatTells)
const winnow = join(workspace, "tools/winnow.mjs")
beforeAll(() => void mkdirSync(join(workspace, "elsewhere")))
afterAll(remove)

function start(args: readonly string[], { env = {}, input = "" } = {}) {
	const cleared = { ...process.env, INIT_CWD: undefined, ...env }
	return spawnSync(process.execPath, [winnow, ...args], { cwd: workspace, env: cleared, input, encoding: "utf8" })
}

describe("winnow", () => {
	it("prints what the command prints and nothing else", () => {
		const { stdout, stderr, status } = start(["prune", "--json", "-x", "--help"])
		expect(JSON.parse(stdout)).toEqual({ args: ["prune", "--json", "-x", "--help"], here: workspace })
		expect([stderr, status]).toEqual(["", 0])
	})

	it("runs where the user stands", () => {
		const elsewhere = join(workspace, "elsewhere")
		const { stdout } = start([], { env: { INIT_CWD: elsewhere } })
		expect(JSON.parse(stdout).here).toBe(elsewhere)
	})

	it("hands on standard input and exits as the command does", () => {
		expect(start(["read"], { input: "hello" }).stdout).toBe("hello\n")
		expect(start(["fail"]).status).toBe(3)
	})

	it("lets the command be interrupted once", needs("a POSIX system"), async () => {
		const child = spawn(process.execPath, [winnow, "wait"], { cwd: workspace })
		let printed = ""
		child.stdout.on("data", (piece) => {
			if (printed === "") child.kill("SIGINT")
			printed += piece
		})
		const [code, signal] = await once(child, "close")
		expect([code, signal, printed.split("\n").at(-2)]).toEqual([130, null, "interrupted"])
	})
})

describe("the fingerprint of the sources", () => {
	it("changes when a source is touched or added, not with tests or builds", () => {
		const before = sourcesFingerprint(workspace)
		write("apps/orchestrator/test/bin.test.ts", "")
		write("apps/orchestrator/dist/other.js", "")
		expect(sourcesFingerprint(workspace)).toBe(before)

		utimesSync(join(workspace, "apps/orchestrator/src/bin.ts"), 1, 1)
		const touched = sourcesFingerprint(workspace)
		expect(touched).not.toBe(before)

		write("apps/orchestrator/src/command/prune.ts", "")
		expect(sourcesFingerprint(workspace)).not.toBe(touched)
	})
})
