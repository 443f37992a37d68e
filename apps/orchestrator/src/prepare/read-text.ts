import { readFile } from "node:fs/promises"
import { InvalidInputError } from "@winnow/tensor"

/** @throws {InvalidInputError} when the file cannot be read */
export async function readText(path: string): Promise<string> {
	try {
		return await readFile(path, "utf8")
	} catch (cause) {
		const code = (cause as NodeJS.ErrnoException).code
		throw new InvalidInputError(path, "the file", "readable", code === "ENOENT" ? "missing" : code, { cause })
	}
}
