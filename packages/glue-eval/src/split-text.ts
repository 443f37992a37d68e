import { access } from "node:fs/promises"
import { join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import type { Task } from "./task.ts"

type Splits = Pick<Task, "name" | "splits">

import { textOfFile } from "./text-of-file.ts"

/**
 * Text of the first file of a split that is in the folder, without a byte order mark.
 *
 * @throws {InvalidInputError} when the task has no such split, no file of it is there or readable, or it is not UTF-8
 */
export async function splitText(task: Splits, folder: string, split: string): Promise<{ file: string; text: string }> {
	const names = namesOf(task, split)
	for (const name of names) {
		const file = join(folder, name)
		const text = await textOfFile(file)
		if (text !== undefined) return { file, text }
	}
	throw new InvalidInputError(folder, `the ${split} split of ${task.name}`, names.join(" or "), "missing")
}

/**
 * Whether a folder has a file of a split. Most data sets come without one or the other.
 *
 * @throws {InvalidInputError} when the task has no such split
 * @example
 * await hasSplit(taskNamed("sst2"), "glue/SST-2", "test") // => true
 */
export async function hasSplit(task: Splits, folder: string, split: string): Promise<boolean> {
	const found = namesOf(task, split).map((name) =>
		access(join(folder, name)).then(
			() => true,
			() => false,
		),
	)
	return (await Promise.all(found)).includes(true)
}

function namesOf(task: Splits, split: string): readonly string[] {
	const names = Object.hasOwn(task.splits, split) ? task.splits[split] : undefined
	if (names !== undefined) return names
	throw new InvalidInputError(task.name, "the split", `one of ${Object.keys(task.splits).join(", ")}`, split)
}
