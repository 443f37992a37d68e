import { readFile } from "node:fs/promises"
import { InvalidInputError } from "@winnow/tensor"

/** A file's path, for messages, and what is in it. */
export interface FileText {
	readonly path: string
	readonly text: string
}

/**
 * Reads a UTF-8 file; undefined where there is none.
 *
 * @throws {InvalidInputError} when it cannot be read or is not UTF-8
 */
export async function textFile(path: string): Promise<FileText | undefined> {
	const bytes = await bytesOf(path)
	if (bytes === undefined) return undefined
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
