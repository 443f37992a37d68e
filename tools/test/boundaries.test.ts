import { spawnSync } from "node:child_process"
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { readJson, root, workspacePackages } from "../src/workspace.mjs"

// The workspace's manifests and rules without its code, with one edge too many.
const workspace = mkdtempSync(join(tmpdir(), "winnow-boundaries-"))
afterAll(() => rmSync(workspace, { recursive: true }))

describe("boundaries", () => {
	it("hold for the manifests as they are", () => {
		copyManifests()
		expect(boundaries()).toEqual({ status: 0, complaints: expect.stringContaining("no issues found") })
	})

	it.each([
		["fisher", "mask-search", "algorithms do not know each other"],
		["mask-tune", "runtime", "algorithms run no model"],
		["mask-search", "checkpoint", "algorithms read no files"],
		["runtime", "checkpoint", "a runtime knows no models"],
		["checkpoint", "tokenizer", "what adapters stand on does not know each other"],
		["encoder", "glue-eval", "adapters do not know each other"],
		["glue-eval", "encoder", "adapters do not know each other"],
		["encoder", "fisher", "adapters know no algorithms"],
		["linalg", "runtime", "the matrix product is injected"],
	])("keep %s from depending on %s: %s", (from, to) => {
		copyManifests()
		addDependency(from, to)
		const { status, complaints } = boundaries()
		expect(complaints).toContain(`Package @winnow/${to} found without any tag listed in allowlist for @winnow/${from}`)
		expect(status).toBe(1)
	})

	it("keep a package from importing what it does not declare", () => {
		copyManifests()
		write("packages/fisher/src/index.ts", 'import "@winnow/runtime"\n')
		const { status, complaints } = boundaries()
		expect(complaints).toContain("cannot import package @winnow/runtime because it is not a dependency")
		expect(status).toBe(1)
	})

	it("keep a package from reaching into another's folder", () => {
		copyManifests()
		write("packages/fisher/src/index.ts", 'import "../../tensor/src/plan.ts"\n')
		const { status, complaints } = boundaries()
		expect(complaints).toContain("import ../../tensor/src/plan.ts leaves the package")
		expect(status).toBe(1)
	})
})

function copyManifests() {
	for (const file of ["package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml", "turbo.json"]) copy(file)
	for (const { folder } of workspacePackages()) {
		copy(`${folder}/package.json`)
		copy(`${folder}/turbo.json`)
		write(`${folder}/src/index.ts`, "export {}\n")
	}
}

function copy(file: string) {
	mkdirSync(dirname(join(workspace, file)), { recursive: true })
	copyFileSync(join(root, file), join(workspace, file))
}

function write(file: string, text: string) {
	mkdirSync(dirname(join(workspace, file)), { recursive: true })
	writeFileSync(join(workspace, file), text)
}

function addDependency(from: string, to: string) {
	const file = `packages/${from}/package.json`
	const manifest = readJson(join(root, file))
	const dependencies = { ...manifest.dependencies, [`@winnow/${to}`]: "workspace:^" }
	write(file, JSON.stringify({ ...manifest, dependencies }))
}

/** What turbo says, without the drawing and the line breaks around it. */
function boundaries() {
	const turbo = join(root, "node_modules/turbo/bin/turbo")
	const { status, stdout, stderr } = spawnSync(process.execPath, [turbo, "boundaries", "--no-color"], {
		cwd: workspace,
		encoding: "utf8",
	})
	return { status, complaints: `${stdout}${stderr}`.replace(/[`|\s]+/g, " ") }
}
