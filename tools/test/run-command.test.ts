import { expect, it } from "vitest"
import { runCommand, startable } from "../src/run-command.mjs"

it("on Windows quotes what a shell would take apart, and starts an .exe without one", () => {
	expect(startable("npx", ["-e", "a(b)", "c d", "--x"], "win32")).toEqual({
		command: "npx",
		words: ["-e", '"a(b)"', '"c d"', "--x"],
		shell: true,
	})
	const node = "C:\\Program Files\\nodejs\\node.exe"
	expect(startable(node, ["c d"], "win32")).toEqual({ command: node, words: ["c d"], shell: false })
	expect(startable("npx", ["c d"], "linux")).toEqual({ command: "npx", words: ["c d"], shell: false })
})

it("says whether a program succeeded, and what it printed", async () => {
	const print = (code: number) => ["-e", `console.log("a b"); process.exitCode = ${code}`]
	expect(await runCommand(process.execPath, print(0), { capture: true })).toEqual({ ok: true, output: "a b\n" })
	expect(await runCommand(process.execPath, print(2), { capture: true })).toEqual({ ok: false, output: "a b\n" })
	expect((await runCommand("no-such-program", [], { capture: true })).ok).toBe(false)
})
