import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../src/workspace.mjs"

/**
 * Keeps what documents show of a finished run: winnow.json without the lists of rows, units and scales, and the commit that made it.
 *
 * @param {string} folder - of the result
 * @param {string} target - the file to write
 */
export function collectResult(folder, target) {
	const result = JSON.parse(readFileSync(join(folder, "winnow.json"), "utf8"))
	const { samples, kept: _kept, scales: _scales, repairs, ...rest } = result
	const shown = {
		...rest,
		samples: { count: samples.indices.length, sha256: samples.sha256 },
		repaired: repairs.filter((/** @type {{ outcome: string }} */ { outcome }) => outcome === "tuned").length,
		sublayers: repairs.length,
		commit: presentCommit(),
	}
	writeFileSync(target, `${JSON.stringify(shown, null, "\t")}\n`)
}

/** The commit of the sources, which must not differ from it: a result is of a commit that others can check out. */
export function presentCommit() {
	const git = (/** @type {string[]} */ ...args) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim()
	const changed = git("status", "--porcelain", "--", "packages", "apps")
	if (changed !== "") throw new Error(`results: packages and apps must be as they are committed (was)\n${changed}`)
	return git("rev-parse", "--short=12", "HEAD")
}
