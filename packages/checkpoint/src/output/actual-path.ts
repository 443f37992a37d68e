import { lstat, realpath } from "node:fs/promises"
import { resolve } from "node:path"
import { systemError } from "../files/system-error.ts"

/**
 * An output's absolute path; where the path given is a link, what it leads to.
 *
 * @param what - that the link should lead to: `a folder`
 * @throws {InvalidInputError} when the link leads nowhere
 */
export async function actualPath(output: string, what: string): Promise<string> {
	const path = resolve(output)
	const isLink = await lstat(path).then(
		(stats) => stats.isSymbolicLink(),
		() => false,
	)
	if (!isLink) return path
	return realpath(path).catch((error) => {
		throw systemError(error, output, "what the link leads to", what)
	})
}
