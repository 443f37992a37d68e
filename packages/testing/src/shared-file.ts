import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

/** What the folder must hold to be the one that is meant: others have a folder `shared` beside their clones, too. */
const contents = ["data/", "goldens/", "models/"]

/**
 * The folder of what tests read and the repository does not hold: golden files, models, data sets. It lies beside the repository in
 * `shared/`, or where the environment variable WINNOW_SHARED says; `required` says that it must be beside the repository.
 */
export function sharedFolder(): URL | undefined {
	const folder = expectedFolder()
	return contents.every((name) => existsSync(new URL(name, folder))) ? folder : undefined
}

/**
 * Address of a file in the shared folder. A test that uses it needs it: `needs("shared")`.
 *
 * @throws {Error} when there is no such file
 */
export function sharedFile(path: string): URL {
	const file = new URL(path, expectedFolder())
	if (!existsSync(file))
		throw new Error(`${fileURLToPath(file)} is missing: set WINNOW_SHARED to the folder that holds ${path}`)
	return file
}

function expectedFolder(): URL {
	const elsewhere = process.env.WINNOW_SHARED
	const beside = new URL("../../../../shared/", import.meta.url)
	return elsewhere && elsewhere !== "required" ? pathToFileURL(`${resolve(elsewhere)}/`) : beside
}
