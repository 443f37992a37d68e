import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import type { Task } from "./task.ts"

/**
 * Text of the first file of a split that is in the folder, without a byte order mark.
 *
 * @throws {InvalidInputError} when the task has no such split, no file of it is there or readable, or it is not UTF-8
 */
export async function splitText(task: Task, folder: string, split: string): Promise<{ file: string; text: string }> {
	const names = Object.hasOwn(task.splits, split) ? task.splits[split] : undefined
	if (names === undefined) {
		throw new InvalidInputError(task.name, "the split", `one of ${Object.keys(task.splits).join(", ")}`, split)
	}
	for (const name of names) {
		const file = join(folder, name)
		const bytes = await bytesOf(file)
		if (bytes !== undefined) return { file, text: decoded(bytes, file) }
	}
	throw new InvalidInputError(folder, `the ${split} split of ${task.name}`, names.join(" or "), "missing")
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
