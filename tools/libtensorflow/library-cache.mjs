import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
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
