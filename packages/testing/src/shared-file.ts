import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

/**
 * Whether tests read the folder of what the repository does not hold: golden files, models, data sets. It lies beside the repository
 * in `shared/`, or where the environment variable WINNOW_SHARED says. Where the variable is set, to a folder or to `required`, the
 * folder has to be there: tests read it, and fail where they cannot.
 */
export function isSharedRead(): boolean {
	return Boolean(process.env.WINNOW_SHARED) || isSharedThere(fileURLToPath(sharedFolder()))
}

/** Whether this is the folder that is meant: others have a folder `shared` beside their clones, too. */
export function isSharedThere(folder: string): boolean {
	return ["data", "goldens", "models"].every((name) => existsSync(join(folder, name)))
}

/**
 * Address of a file or folder in the shared folder. A test that reads it needs it: `needs("shared")`.
 *
 * @throws {Error} when it is missing and would be read
 */
export function sharedFile(path: string): URL {
	const file = new URL(path, sharedFolder())
	if (isSharedRead() && !existsSync(file))
		throw new Error(`${fileURLToPath(file)} is missing: set WINNOW_SHARED to the folder that holds ${path}`)
	return file
}

function sharedFolder(): URL {
	const elsewhere = process.env.WINNOW_SHARED
	const beside = new URL("../../../../shared/", import.meta.url)
	return elsewhere && elsewhere !== "required" ? pathToFileURL(`${resolve(elsewhere)}/`) : beside
}
