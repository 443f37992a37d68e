import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { packArguments, withoutScripts } from "../../src/pack.mjs"
import { fileOfBlock, type TypescriptBlock, typescriptBlocks } from "../../src/typescript-blocks.ts"
import { readJson, root, workspacePackages } from "../../src/workspace.mjs"
import { lendPrivatePackage } from "../lend-private-package.ts"
import { run } from "../run.ts"
import { transpiled } from "../transpiled.ts"
import { typeErrors } from "../type-errors.ts"

// An empty project, in which all packages lie as npm would deliver them. Nothing above it holds a node_modules.
const project = realpathSync(mkdtempSync(join(tmpdir(), "winnow-project-")))
const tarballs = join(project, "tarballs")
afterAll(() => rmSync(project, { recursive: true }))

const published = workspacePackages().filter(({ manifest }) => !manifest.private)
const names = new Set(published.map(({ manifest }) => manifest.name))
const blocks = ["README.md", ...published.map(({ folder }) => `${folder}/README.md`)].flatMap(typescriptBlocks)
const files = new Map(blocks.map((block) => [`${block.source}:${block.line}`, writeBlock(block)]))
const borrowed = new Set(
	blocks.flatMap(({ code }) => code.match(/@winnow\/[a-z0-9-]+/g) ?? []).filter((name) => !names.has(name)),
)

beforeAll(() => {
	run("pnpm", packArguments(tarballs), root)
	writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }))
	const packed = readdirSync(tarballs).map((file) => `./tarballs/${file}`)
	run("npm", ["install", withoutScripts, "--prefer-offline", "--no-audit", "--no-fund", ...packed], project)
	for (const name of borrowed) lendPrivatePackage(name, project)
}, 300_000)

it("installs every package from its tarball and none from the registry", () => {
	const { packages } = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8"))
	const resolved = [...names].map((name) => packages[`node_modules/${name}`]?.resolved)
	expect(resolved).toEqual(resolved.map(() => expect.stringMatching(/^file:tarballs\//)))
	const installed = Object.keys(packages).filter((path) => path.includes("node_modules/@winnow/"))
	expect(installed).toHaveLength(names.size)
})

it("has examples whose types are right by the declarations that come with the packages", () => {
	expect(typeErrors([...files.values()])).toEqual([])
})

it.each([...files])("%s runs in Node alone", (_name, file) => {
	const script = file.replace(/\.ts$/, ".js")
	writeFileSync(script, transpiled(readFileSync(file, "utf8")))
	run(process.execPath, [script], project)
})

describe("npx winnow", () => {
	it("knows its version", () => {
		const { version } = readJson(join(root, "apps/orchestrator/package.json"))
		expect(run("npx", ["--no-install", "winnow", "--version"], project).stdout).toBe(`${version}\n`)
	})

	it("finds that it can prune", () => {
		expect(run("npx", ["--no-install", "winnow", "doctor"], project).stdout).toContain("winnow can prune here")
	})
})

function writeBlock(block: TypescriptBlock): string {
	const { name, text } = fileOfBlock(block)
	writeFileSync(join(project, name), text)
	return join(project, name)
}
