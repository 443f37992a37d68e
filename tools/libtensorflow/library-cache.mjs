import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs"
import { homedir } from "node:os"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { readJson } from "../src/workspace.mjs"
import { requirementsFile } from "./fetch-tensorflow.mjs"

/** Of this folder, what decides about the content of the library. */
const recipe = ["fetch-tensorflow.mjs", "unpack.py", "compile-binding.mjs", "pins/package-lock.json"]

/**
 * Where a library with these pins lies, outside any clone: `winnow/libtensorflow-<hash>` in the user's cache directory.
 *
 * @param {{ gpu: boolean, env: NodeJS.ProcessEnv, tfjsNode: string }} options - `tfjsNode`: folder of the package it is for
 */
export function cacheFolder({ gpu, env, tfjsNode }) {
	const { version } = readJson(join(tfjsNode, "package.json"))
	const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${version}`)
	for (const file of [...recipe, requirementsFile(gpu)])
		hash.update(`\n${file}\n`).update(readFileSync(fileURLToPath(new URL(file, import.meta.url))))
	const cache = env.XDG_CACHE_HOME || join(homedir(), ".cache")
	return join(cache, "winnow", `libtensorflow-${hash.digest("hex").slice(0, 12)}`)
}

/**
 * Makes a folder that is there whole or not at all, also when this process is killed or another makes the same one.
 *
 * @param {string} folder
 * @param {(part: string) => Promise<void>} make
 */
export async function makeWhole(folder, make) {
	removeAbandoned(folder)
	const part = `${folder}.part-${process.pid}`
	mkdirSync(part, { recursive: true })
	try {
		await make(part)
		renameSync(part, folder)
	} catch (error) {
		if (!existsSync(folder)) throw error
	} finally {
		rmSync(part, { recursive: true, force: true })
	}
}

/** What processes left that were killed. */
function removeAbandoned(/** @type {string} */ folder) {
	const [parent, start] = [dirname(folder), `${basename(folder)}.part-`]
	if (!existsSync(parent)) return
	for (const name of readdirSync(parent))
		if (name.startsWith(start) && !isRunning(Number(name.slice(start.length))))
			rmSync(join(parent, name), { recursive: true, force: true })
}

/** @param {number} pid */
function isRunning(pid) {
	try {
		return process.kill(pid, 0)
	} catch (error) {
		return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM"
	}
}
