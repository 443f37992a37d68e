import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const run = promisify(execFile)

/** Of the source that runs, and whether it was changed since: `4ec2f09dcb21`, `4ec2f09dcb21 with changes`. */
export async function currentCommit(): Promise<string> {
	const cwd = fileURLToPath(new URL("../../..", import.meta.url))
	const git = async (...args: string[]) => (await run("git", args, { cwd })).stdout.trim()
	const commit = await git("rev-parse", "--short=12", "HEAD")
	const changes = await git("status", "--porcelain", "--", "apps", "packages", "pnpm-lock.yaml")
	return changes === "" ? commit : `${commit} with changes`
}
