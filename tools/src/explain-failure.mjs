const causes = [
	{ sign: /ENOSPC|no space left/i, must: "the disk must have room (about 1 GB)" },
	{ sign: /EACCES|EPERM|EROFS/, must: "the repository's folder and npm's cache must be writable" },
	{
		sign: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_PNPM_META_FETCH_FAIL/,
		must: "the npm registry must be reachable the first time",
	},
	{
		sign: /ERR_PNPM_OUTDATED_LOCKFILE/,
		must: "pnpm-lock.yaml must match every package.json (`pnpm install` mends it)",
	},
	{ sign: /ERR_PNPM_UNSUPPORTED_ENGINE|EBADENGINE/, must: "Node must be a version that every dependency supports" },
]

/**
 * One line that says why the set-up failed; where the cause is unknown, what the failed program printed comes with it.
 *
 * @param {string} output - of the program that failed
 */
export function explainFailure(output) {
	for (const { sign, must } of causes) {
		const found = sign.exec(output)
		if (found) return `set-up: ${must} (was ${found[0]})`
	}
	return `set-up: dependencies must install (was)\n${output.trim()}`
}
