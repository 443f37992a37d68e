import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"

/** Made by `pnpm install-python`; elsewhere there is no one to compare with or hand over to. */
export const python = process.env.WINNOW_PYTHON

/**
 * Runs a script of `python/`, offline.
 *
 * @param folder - where Transformers keeps what it caches, the code that it trusted among it
 */
export function runPython(script: string, args: readonly string[], folder: string): Promise<unknown> {
	const path = new URL(`python/${script}`, import.meta.url).pathname
	const env = { ...process.env, HF_HOME: join(folder, "cache"), HF_HUB_OFFLINE: "1", PYTHONDONTWRITEBYTECODE: "1" }
	return promisify(execFile)(python ?? "none", [path, ...args], { env, maxBuffer: 2 ** 26 })
}
