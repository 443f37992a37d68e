import { existsSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { buildWhenStale } from "./build-when-stale.mjs"
import { root } from "./workspace.mjs"

/** What the build makes of the command. */
export const bin = join(root, "apps/orchestrator/dist/bin.js")

/**
 * `pnpm winnow`: the command of apps/orchestrator from its sources, built first when it is stale. Standard output is the
 * command's alone, and relative paths mean where the user stands, which package managers leave in INIT_CWD.
 *
 * @param {string[]} args
 */
export async function startWinnow(args) {
	await buildWhenStale(bin)
	const here = process.env.INIT_CWD
	if (here && existsSync(here)) process.chdir(here)
	await runWinnow(args)
}

/**
 * Runs the built command to its end, once in the life of the process, whose exit code it sets.
 *
 * It is loaded into this process, not started as a child: signals, standard input and the exit code are its own, and a second Node
 * need not start.
 *
 * @param {string[]} args
 */
export async function runWinnow(args) {
	process.argv = [process.execPath, bin, ...args]
	await import(pathToFileURL(bin).href)
}
