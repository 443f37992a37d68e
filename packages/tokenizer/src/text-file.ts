import { readFile } from "node:fs/promises"
import { foreignContent, InvalidInputError, UnsupportedError } from "@winnow/tensor"

/** A file's path, for messages, and what is in it. */
export interface FileText {
	readonly path: string
	readonly text: string
}

/**
 * Reads a UTF-8 file; undefined where there is none.
 *
 * @throws {InvalidInputError | UnsupportedError} when it cannot be read, is not UTF-8, or is a Git LFS pointer or a web page in the file's place
 */
export async function textFile(path: string): Promise<FileText | undefined> {
	const bytes = await bytesOf(path)
	if (bytes === undefined) return undefined
	// A list of tokens would take the lines of any text.
	const foreign = foreignContent(bytes)
	if (foreign !== undefined) throw new UnsupportedError(path, foreign)
	try {
		return { path, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) }
	} catch (cause) {
		throw new InvalidInputError(path, "the file", "UTF-8 text", "other bytes", { cause })
	}
}

async function bytesOf(path: string): Promise<Uint8Array | undefined> {
	try {
		return await readFile(path)
	} catch (cause) {
		const { code } = cause as NodeJS.ErrnoException
		if (code === "ENOENT" || code === "ENOTDIR") return undefined
		throw new InvalidInputError(path, "the file", "readable", code, { cause })
	}
}
