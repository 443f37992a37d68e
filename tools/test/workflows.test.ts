import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { needs } from "@winnow/testing"
import { describe, expect, it } from "vitest"
import { otherNodeSteps } from "../src/other-nodes.mjs"
import { readJson, root } from "../src/workspace.mjs"

const folder = join(root, ".github/workflows")
const workflows = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }))
const textOf = (file: string) => workflows.find(({ name }) => name === file)!.text

it("is free of what actionlint finds", needs("actionlint"), () => {
	const { stdout, status } = spawnSync(process.env.WINNOW_ACTIONLINT!, ["-no-color", "-shellcheck=", "-pyflakes="], {
		cwd: root,
		encoding: "utf8",
	})
	expect([stdout, status]).toEqual(["", 0])
})

describe.each(workflows)("$name", ({ text }) => {
	it("pins every action of others by commit, and says its version", () => {
		const used = text.split("\n").filter((line) => /^\s*(- )?uses: (?!\.\/)/.test(line))
		expect(used.length).toBeGreaterThan(0)
		for (const line of used) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
	})

	it("calls commands of the workspace, and no others but git and apt", () => {
		const { scripts } = readJson(join(root, "package.json"))
		const commands = [...text.matchAll(/^\s*(?:- )?(?:run|publish): (.+)$/gm)].map(([, command]) => command!)
		for (const command of commands) {
			if (/^(git|sudo apt-get) /.test(command) || command === "bash .ci/run") continue
			expect(Object.keys(scripts)).toContain(/^npm (?:run )?(\S+)$/.exec(command)?.[1])
		}
	})
})

it("is run on every supported Node, on each system", () => {
	const supported = [
		process.versions.node.split(".")[0]!,
		...otherNodeSteps.map(({ name }) => name.slice("node ".length)),
	]
	expect(textOf("ci.yml")).toContain(`node: [${supported.sort().join(", ")}]`)
	expect(textOf("ci.yml")).toMatch(/os: \[macos-\d+, windows-\d+\]/)
	expect(textOf("ci.yml")).toContain("runs-on: ubuntu-")
})

it("releases only what passed", () => {
	expect(textOf("release.yml")).toMatch(/ {2}release:\n(?: {4}.*\n)*? {4}needs: ci\n/)
	expect(textOf("release.yml")).toContain('NPM_CONFIG_PROVENANCE: "true"')
})
