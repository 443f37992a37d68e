import { mkdir, readFile, stat, writeFile } from "node:fs/promises"
import { dirname, sep } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { replaceFile } from "../files/replace-file.ts"
import { systemCode, systemError } from "../files/system-error.ts"
import { actualPath } from "./actual-path.ts"
import { clearLeftovers, type LeftoversOptions } from "./clear-leftovers.ts"
import { refuseUnwritable, writingError } from "./place.ts"

/** What a file that is there must be for an output to take its place: anything else is somebody's, and must not be lost. */
export interface EarlierOutput {
	/** In words, for messages: `an earlier output of winnow profile`. */
	readonly name: string
	/** Whether a file with this text is one. */
	readonly isOne: (text: string) => boolean
}

/** How an output file is checked. */
export interface OutputFileOptions {
	readonly earlier: EarlierOutput
}

/** No output of one file is nearly as large, and weights need not be read to be told from one. */
const largestOutput = 64 * 1024 * 1024

/**
 * Refuses an output file that could not be written, so that a caller knows before minutes of work: a folder, a path below a file, too long a
 * name, a place without permission, a file that is no earlier output. Parents may be missing.
 *
 * @throws {InvalidInputError} saying which
 * @example
 * await checkOutputFile("tables/server.json", { earlier: { name: "an earlier table", isOne: (text) => isTable(text) } })
 */
export async function checkOutputFile(output: string, { earlier }: OutputFileOptions): Promise<void> {
	const { path, kind } = await outputFile(output)
	if (kind === "device") return
	await refuseUnwritable(output, path, "the output file")
	await refuseOther(output, path, earlier)
}

/**
 * Writes an output file, with its parents; the path holds the old content or all of the new. What runs left beside it that were killed is
 * cleared up first. A device or a pipe is written to as it is. A file that is there is checked again: it may be new since the work began.
 *
 * @throws {InvalidInputError} when it cannot be written, or a file is there that is no earlier output
 * @example
 * await writeOutputFile("tables/server.json", JSON.stringify(tables), { earlier })
 */
export async function writeOutputFile(
	output: string,
	text: string,
	{ earlier, ...options }: OutputFileOptions & LeftoversOptions,
): Promise<void> {
	const { path, kind } = await outputFile(output)
	if (kind === "file") await refuseOther(output, path, earlier)
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

async function refuseOther(output: string, path: string, { name, isOne }: EarlierOutput): Promise<void> {
	const text = await smallText(path).catch((error) => {
		throw systemError(error, output, "the output file", `new, or ${name} that can be read`)
	})
	if (text === "missing" || (text !== "too large" && isOne(text.content))) return
	throw new InvalidInputError(output, "the output file", `new, or ${name}`, "another file")
}

async function smallText(path: string): Promise<{ readonly content: string } | "missing" | "too large"> {
	try {
		if ((await stat(path)).size > largestOutput) return "too large"
		return { content: await readFile(path, "utf8") }
	} catch (error) {
		if (systemCode(error) === "ENOENT") return "missing"
		throw error
	}
}

function refusedFile(output: string, actual: string): InvalidInputError {
	return new InvalidInputError(output, "the output file", "a file, new or to be replaced", actual)
}
