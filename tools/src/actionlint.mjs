import { existsSync } from "node:fs"
import { join } from "node:path"
import { cacheFolder } from "./cache-folder.mjs"
import { makeWhole } from "./make-whole.mjs"
import { runCommand } from "./run-command.mjs"
import { runOrExplain } from "./run-or-explain.mjs"
import { SetUpError } from "./set-up.mjs"

// Go's checksum database knows the hash of every version.
const source = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"

/** @param {NodeJS.ProcessEnv} env */
function programPath(env) {
	return join(cacheFolder("actionlint", source, env), process.platform === "win32" ? "actionlint.exe" : "actionlint")
}

/** The program, if it was made: `pnpm install-actionlint`. */
export function installedActionlint(env = process.env) {
	const path = programPath(env)
	return existsSync(path) ? path : undefined
}

/**
 * Compiles actionlint, which checks the workflows of GitHub, from Go's module proxy, once.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string>} its path
 * @throws {SetUpError} when that fails, in one line
 */
export async function installActionlint(env = process.env) {
	const known = installedActionlint(env)
	if (known !== undefined) return known
	if (!(await runCommand("go", ["version"], { env, capture: true })).ok)
		throw new SetUpError("actionlint: Go must be in the PATH (was missing)")
	const folder = join(programPath(env), "..")
	console.error(`actionlint: making ${folder} once (8 MB)`)
	const start = performance.now()
	await makeWhole(folder, async (part) => {
		await runOrExplain("go", ["install", source], { ...env, GOBIN: part }, "actionlint")
	})
	console.error(`actionlint: made in ${((performance.now() - start) / 1000).toFixed(1)} s`)
	return programPath(env)
}
