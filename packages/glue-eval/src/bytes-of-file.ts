import { readFile } from "node:fs/promises"
import { InvalidInputError } from "@winnow/tensor"

/**
 * Content of a file; undefined where there is none.
 *
 * @throws {InvalidInputError} when it cannot be read
 */
export async function bytesOfFile(file: string): Promise<Uint8Array | undefined> {
	try {
		return await readFile(file)
	} catch (cause) {
		const code = (cause as NodeJS.ErrnoException).code
		if (code === "ENOENT" || code === "ENOTDIR") return undefined
		throw new InvalidInputError(file, "the file", "readable", code, { cause })
	}
}

/**
 * The text of a file, without a byte order mark.
 *
 * @throws {InvalidInputError} when it is not UTF-8
 */
export function textIn(bytes: Uint8Array, file: string): string {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
	} catch (cause) {
		throw new InvalidInputError(file, "the text", "UTF-8", "another encoding", { cause })
	}
}
