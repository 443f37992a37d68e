import { createHash } from "node:crypto"
import { homedir } from "node:os"
import { join } from "node:path"

/**
 * Where what is made from these pins lies, outside any clone: `winnow/<name>-<hash>` in the user's cache directory.
 *
 * @param {string} name
 * @param {string | Uint8Array} pins - all that decides about the content, beside the system
 * @param {NodeJS.ProcessEnv} env
 */
export function cacheFolder(name, pins, env) {
	const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`).update(pins).digest("hex")
	const cache = env.XDG_CACHE_HOME || join(homedir(), ".cache")
	return join(cache, "winnow", `${name}-${hash.slice(0, 12)}`)
}
