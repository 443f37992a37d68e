import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { cacheFolder } from "./cache-folder.mjs"
import { makeWhole } from "./make-whole.mjs"
import { runOrExplain } from "./run-or-explain.mjs"
import { root } from "./workspace.mjs"

const requirements = join(root, "tools/python/requirements.txt")

/** The python that makes others, and where it is in an environment. */
export const systemPython = process.platform === "win32" ? "python" : "python3"
const environmentPython = process.platform === "win32" ? "Scripts/python.exe" : "bin/python"

function environmentFolder() {
	return cacheFolder("python", readFileSync(requirements), process.env)
}

/** The python of the environment, if that was made: `pnpm install-python`. */
export function installedPython() {
	const python = join(environmentFolder(), environmentPython)
	return existsSync(python) ? python : undefined
}

/**
 * Makes a Python environment with PyTorch and Transformers, once.
 *
 * @returns {Promise<string>} the path of its python
 * @throws {import("./set-up.mjs").SetUpError} when that fails, in one line
 */
export async function installPython(env = process.env) {
	const known = installedPython()
	if (known !== undefined) return known
	const folder = environmentFolder()
	console.error(`python: making ${folder} once (about 3 GB)`)
	const start = performance.now()
	await makeWhole(folder, async (part) => {
		await runOrExplain(systemPython, ["-m", "venv", part], env, "python")
		const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
		await runOrExplain(join(part, environmentPython), install, env, "python")
	})
	console.error(`python: made in ${((performance.now() - start) / 1000).toFixed(1)} s`)
	return join(folder, environmentPython)
}
