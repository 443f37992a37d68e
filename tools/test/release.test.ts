import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, it } from "vitest"
import { nameRepository } from "../src/release.mjs"
import { root } from "../src/workspace.mjs"

let workspace: string
beforeEach(() => {
	workspace = mkdtempSync(join(tmpdir(), "winnow-release-"))
	writeFileSync(join(workspace, "pnpm-workspace.yaml"), "packages:\n  - packages/*\n")
})
afterEach(() => rmSync(workspace, { recursive: true }))

function write(name: string, manifest: object) {
	mkdirSync(join(workspace, "packages", name), { recursive: true })
	writeFileSync(join(workspace, "packages", name, "package.json"), JSON.stringify(manifest))
}

const read = (name: string) => JSON.parse(readFileSync(join(workspace, "packages", name, "package.json"), "utf8"))

it("names the repository in public packages, which npm compares with what the workflow attests", () => {
	write("a", { name: "a", version: "1.0.0" })
	write("b", { name: "b", private: true })
	nameRepository("owner/name", workspace)
	const repository = { type: "git", url: "git+https://github.com/owner/name.git", directory: "packages/a" }
	expect(read("a")).toEqual({ name: "a", version: "1.0.0", repository })
	expect(read("b")).toEqual({ name: "b", private: true })
})

it("refuses to release from anywhere but a workflow, before anything is built", () => {
	const env = { ...process.env, GITHUB_REPOSITORY: "" }
	const { stderr, status } = spawnSync(process.execPath, [join(root, "tools/run.mjs"), "release"], {
		env,
		encoding: "utf8",
	})
	expect([stderr, status]).toEqual([
		"release: GITHUB_REPOSITORY must be owner/name, which a workflow of GitHub sets (was missing)\n",
		1,
	])
})
