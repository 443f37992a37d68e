import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { runCommand } from "./run-command.mjs"
import { SetUpError, setUp } from "./set-up.mjs"
import { root, workspacePackages } from "./workspace.mjs"

/**
 * `npm run release`: builds the packages and publishes those whose version npm does not have. The workflow that does it says in
 * GITHUB_REPOSITORY which repository it is of, and npm attests only packages that name it.
 *
 * @throws {SetUpError} when it is unknown, and when something fails
 */
export async function release() {
	const repository = process.env.GITHUB_REPOSITORY
	if (!repository)
		throw new SetUpError("release: GITHUB_REPOSITORY must be owner/name, which a workflow of GitHub sets (was missing)")
	const env = await setUp()
	nameRepository(repository)
	for (const [program, ...args] of [
		["turbo", "run", "build", "--output-logs=errors-only"],
		["changeset", "publish"],
	]) {
		const { ok } = await runCommand(program ?? "", args, { env })
		if (!ok) throw new SetUpError(`release: ${[program, ...args].join(" ")} must succeed (was a failure)`)
	}
}

/**
 * Writes into every public package's manifest where its source is.
 *
 * @param {string} repository - `owner/name`
 * @param {string} [from]
 */
export function nameRepository(repository, from = root) {
	const url = `git+https://github.com/${repository}.git`
	for (const { folder, manifest } of workspacePackages(from)) {
		if (manifest.private) continue
		const file = join(from, folder, "package.json")
		const named = { ...JSON.parse(readFileSync(file, "utf8")), repository: { type: "git", url, directory: folder } }
		writeFileSync(file, `${JSON.stringify(named, undefined, "\t")}\n`)
	}
}
