import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs"
import { basename, dirname, join } from "node:path"

/**
 * Makes a folder that is there whole or not at all, also when this process is killed or another makes the same one.
 *
 * @param {string} folder
 * @param {(part: string) => Promise<void>} make
 */
export async function makeWhole(folder, make) {
	removeAbandoned(folder)
	const part = `${folder}.part-${process.pid}`
	mkdirSync(part, { recursive: true })
	try {
		await make(part)
		renameSync(part, folder)
	} catch (error) {
		if (!existsSync(folder)) throw error
	} finally {
		rmSync(part, { recursive: true, force: true })
	}
}

/** What processes left that were killed. */
function removeAbandoned(/** @type {string} */ folder) {
	const [parent, start] = [dirname(folder), `${basename(folder)}.part-`]
	if (!existsSync(parent)) return
	for (const name of readdirSync(parent))
		if (name.startsWith(start) && !isRunning(Number(name.slice(start.length))))
			rmSync(join(parent, name), { recursive: true, force: true })
}

/** @param {number} pid */
function isRunning(pid) {
	try {
		return process.kill(pid, 0)
	} catch (error) {
		return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM"
	}
}
