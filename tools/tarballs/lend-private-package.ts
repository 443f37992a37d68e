import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { root, workspacePackages } from "../src/workspace.mjs"
import { transpiled } from "./transpiled.ts"

const notLent = new Set(["node_modules", "dist", "test", ".turbo"])

/**
 * Puts a private package of the workspace into a project's node_modules, its sources with JavaScript beside them. Examples take from
 * such packages what users have of their own: models and data.
 */
export function lendPrivatePackage(name: string, project: string): void {
	const folder = workspacePackages().find(({ manifest }) => manifest.name === name)?.folder
	if (folder === undefined) throw new Error(`an example must import a package of the workspace (was ${name})`)
	const target = join(project, "node_modules", name)
	mkdirSync(target, { recursive: true })
	cpSync(join(root, folder), target, { recursive: true, filter: (path) => !notLent.has(basename(path)) })
	const sources = readdirSync(join(target, "src"), { recursive: true, encoding: "utf8" })
	for (const source of sources.filter((file) => file.endsWith(".ts"))) {
		const file = join(target, "src", source)
		writeFileSync(file.replace(/\.ts$/, ".js"), transpiled(readFileSync(file, "utf8")))
	}
	const exports = { ".": { types: "./src/index.ts", default: "./src/index.js" } }
	writeFileSync(join(target, "package.json"), JSON.stringify({ name, type: "module", exports }))
}
