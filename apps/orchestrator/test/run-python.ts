import { execFile } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

/**
 * Runs a script of `python/`, offline. A test that does needs it: `needs("python")`.
 *
 * @param folder - where Transformers keeps what it caches, the code that it trusted among it
 */
export function runPython(script: string, args: readonly string[], folder: string): Promise<unknown> {
	const path = fileURLToPath(new URL(`python/${script}`, import.meta.url))
	const env = { ...process.env, HF_HOME: join(folder, "cache"), HF_HUB_OFFLINE: "1", PYTHONDONTWRITEBYTECODE: "1" }
	return promisify(execFile)(process.env.WINNOW_PYTHON!, [path, ...args], { env, maxBuffer: 2 ** 26 })
}
