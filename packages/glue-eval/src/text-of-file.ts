import { readFile } from "node:fs/promises"
import { InvalidInputError } from "@winnow/tensor"

/**
 * Text of a file, without a byte order mark; undefined where there is none.
 *
 * @throws {InvalidInputError} when it cannot be read or is not UTF-8
 */
export async function textOfFile(file: string): Promise<string | undefined> {
	const bytes = await bytesOf(file)
	return bytes && decoded(bytes, file)
}

async function bytesOf(file: string): Promise<Buffer | undefined> {
	try {
		return await readFile(file)
	} catch (cause) {
		const code = (cause as NodeJS.ErrnoException).code
		if (code === "ENOENT" || code === "ENOTDIR") return undefined
		throw new InvalidInputError(file, "the file", "readable", code, { cause })
	}
}

function decoded(bytes: Buffer, file: string): string {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
	} catch (cause) {
		throw new InvalidInputError(file, "the text", "UTF-8", "another encoding", { cause })
	}
}
