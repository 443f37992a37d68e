import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

/**
 * Address of a file that tests read and the repository does not hold: golden files, models, data sets.
 *
 * They lie beside the repository in `shared/`, or where the environment variable WINNOW_SHARED says.
 *
 * @throws {Error} when there is no such file: a test that needs it fails, it is not skipped
 */
export function sharedFile(path: string): URL {
	const elsewhere = process.env.WINNOW_SHARED
	const folder = elsewhere ? pathToFileURL(`${resolve(elsewhere)}/`) : new URL("../../../../shared/", import.meta.url)
	const file = new URL(path, folder)
	if (!existsSync(file))
		throw new Error(`${fileURLToPath(file)} is missing: set WINNOW_SHARED to the folder that holds ${path}`)
	return file
}
