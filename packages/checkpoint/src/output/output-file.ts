import { mkdir, stat, writeFile } from "node:fs/promises"
import { dirname, sep } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { replaceFile } from "../files/replace-file.ts"
import { systemCode, systemError } from "../files/system-error.ts"
import { actualPath } from "./actual-path.ts"
import { clearLeftovers, type LeftoversOptions } from "./clear-leftovers.ts"
import { refuseUnwritable, writingError } from "./place.ts"

/**
 * Refuses an output file that could not be written, so that a caller knows before minutes of work: a folder, a path below a file, too long a
 * name, a place without permission. A file that is there may be replaced, parents may be missing.
 *
 * @throws {InvalidInputError} saying which
 * @example
 * await checkOutputFile("tables/server.json")
 */
export async function checkOutputFile(output: string): Promise<void> {
	const { path, kind } = await outputFile(output)
	if (kind !== "device") await refuseUnwritable(output, path, "the output file")
}

/**
 * Writes an output file, with its parents; the path holds the old content or all of the new. What runs left beside it that were killed is
 * cleared up first. A device or a pipe is written to as it is.
 *
 * @throws {InvalidInputError} when it cannot be written
 * @example
 * await writeOutputFile("tables/server.json", JSON.stringify(tables))
 */
export async function writeOutputFile(output: string, text: string, options: LeftoversOptions = {}): Promise<void> {
	const { path, kind } = await outputFile(output)
	try {
		if (kind === "device") return await writeFile(path, text)
		await mkdir(dirname(path), { recursive: true })
		await clearLeftovers(path, options)
		await replaceFile(path, (handle) => handle.writeFile(text))
	} catch (error) {
		throw writingError(error, output, { folder: dirname(path), bytes: undefined })
	}
}

async function outputFile(output: string): Promise<{ path: string; kind: "file" | "device" }> {
	if (output.endsWith("/") || output.endsWith(sep))
		throw refusedFile(output, "a folder's path, with a slash at its end")
	const path = await actualPath(output, "a file")
	const found = await stat(path).catch((error) => {
		const code = systemCode(error)
		if (code === "ENOENT" || code === "ENAMETOOLONG") return undefined
		throw systemError(error, output, "the output file", "in a writable place")
	})
	if (found === undefined) return { path, kind: "file" }
	if (found.isDirectory()) throw refusedFile(output, "a folder")
	return { path, kind: found.isFile() ? "file" : "device" }
}

function refusedFile(output: string, actual: string): InvalidInputError {
	return new InvalidInputError(output, "the output file", "a file, new or to be replaced", actual)
}
