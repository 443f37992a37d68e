import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The repository's root folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url))

/**
 * @typedef {object} WorkspacePackage
 * @property {string} folder - relative to the root, with forward slashes
 * @property {{ name: string, version: string, private?: boolean, scripts?: Record<string, string> }} manifest
 */

/**
 * Every package of the workspace, from the `packages:` list of pnpm-workspace.yaml (`folder` or `folder/*`).
 *
 * @param {string} [from]
 * @returns {WorkspacePackage[]}
 */
export function workspacePackages(from = root) {
	return packagePatterns(readFileSync(join(from, "pnpm-workspace.yaml"), "utf8"))
		.flatMap((pattern) => foldersOf(from, pattern))
		.filter((folder) => existsSync(join(from, folder, "package.json")))
		.map((folder) => ({ folder, manifest: readJson(join(from, folder, "package.json")) }))
}

/** @param {string} path */
export function readJson(path) {
	return JSON.parse(readFileSync(path, "utf8"))
}

/** @param {string} yaml */
function packagePatterns(yaml) {
	const list = /^packages:\n((?: +- .+\n)+)/m.exec(yaml)?.[1] ?? ""
	return list
		.trim()
		.split("\n")
		.map((line) => line.replace(/^ *- /, ""))
}

/**
 * @param {string} from
 * @param {string} pattern
 */
function foldersOf(from, pattern) {
	if (!pattern.endsWith("/*")) return [pattern]
	const parent = pattern.slice(0, -2)
	if (!existsSync(join(from, parent))) return []
	return readdirSync(join(from, parent)).map((name) => `${parent}/${name}`)
}
