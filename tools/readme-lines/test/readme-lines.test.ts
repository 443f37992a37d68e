import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { describe, expect, it } from "vitest"
import { installedPython } from "../../src/python-environment.mjs"
import { root } from "../../src/workspace.mjs"

// Types what the README says, line by line and in its order, in the repository's folder, as a reader would.
const readme = readFileSync(join(root, "README.md"), "utf8")
const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block.trim().split("\n"))

/** Steps of their own in CI, and this test's own name for the first two. */
const elsewhere = new Set(["npm start", "npm test", "npm run pack"])
const lines = blocks.flat().filter((line) => !elsewhere.has(line))

describe("the lines of README", () => {
	it("are all commands that a reader can type", () => {
		expect(lines.length).toBeGreaterThan(6)
		expect(lines.filter((line) => !/^npx winnow [a-z]+ /.test(line))).toEqual([])
	})

	it.each(lines)("%s", (line) => {
		typed(line)
	})

	it.runIf(installedPython())("load the result in Transformers", () => {
		const [call = ""] = /AutoModelForSequenceClassification\.from_pretrained\([^)]+\)/.exec(readme) ?? []
		const script = `from transformers import AutoModelForSequenceClassification\nprint(${call}.num_labels)`
		const output = execFileSync(installedPython()!, ["-c", script], { cwd: root, encoding: "utf8" })
		expect(output.trim()).toBe("2")
	})

	it("run the result in Transformers.js", () => {
		const [call = ""] = /pipeline\([^)]+\)/.exec(readme) ?? []
		const library = createRequire(join(root, "apps/orchestrator/package.json")).resolve("@huggingface/transformers")
		const script = join(root, "out/readme-line.mjs")
		const code = `import { pipeline } from ${JSON.stringify(pathToFileURL(library).href)}
const classify = await ${call}
console.log((await classify("I loved the plot."))[0].label)`
		writeFileSync(script, code)
		const output = execFileSync(process.execPath, [script], { cwd: root, encoding: "utf8" })
		expect(output.trim()).toBe("positive")
	})
})

/** Runs a line to its end in a shell of its own; a command that fails throws with what it printed. */
function typed(line: string): string {
	return execFileSync(line, { cwd: root, shell: true, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
}
