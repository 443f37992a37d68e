import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { runCommand } from "./run-command.mjs"
import { SetUpError, setUp } from "./set-up.mjs"
import { root, workspacePackages } from "./workspace.mjs"

/** Fingerprint of the sources that the present build was made from. */
const stampFile = join(root, "node_modules", ".winnow-built")

/**
 * Bundles the command and every package it depends on, without declarations, unless no source has changed since the last time.
 * Names, sizes and times of the sources are compared: a few milliseconds, where asking turbo takes a large part of a second.
 * Standard output stays untouched.
 *
 * @param {string} bin - the file that the build must make
 * @throws {SetUpError} when the build fails; the message holds what it printed
 */
export async function buildWhenStale(bin) {
	const sources = sourcesFingerprint()
	const built = existsSync(stampFile) ? readFileSync(stampFile, "utf8") : undefined
	if (built === sources && existsSync(bin)) return
	const env = await setUp()
	console.error("winnow: building, because sources changed")
	const args = ["run", "bundle", "--filter=@winnow/orchestrator...", "--output-logs=errors-only"]
	const { ok, output } = await runCommand("turbo", args, { env, capture: true })
	if (!ok) throw new SetUpError(`winnow: the sources must build (was)\n${output.trim()}`)
	writeFileSync(stampFile, sources)
}

/** Of everything that a build reads. A package that the command does not use counts too: that costs one look by turbo. */
export function sourcesFingerprint(from = root) {
	const packages = workspacePackages(from).map(({ folder }) => join(from, folder))
	const files = [
		...["tsconfig.base.json", "tsup.config.ts", "pnpm-lock.yaml"].map((name) => join(from, name)),
		...packages.flatMap((folder) => [join(folder, "package.json"), ...filesBelow(join(folder, "src"))]),
	]
	const hash = createHash("sha256")
	for (const file of files) {
		const { size, mtimeMs } = statSync(file)
		hash.update(`${file} ${size} ${mtimeMs}\n`)
	}
	return hash.digest("hex")
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
	if (!existsSync(folder)) return []
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.sort()
}
