import { access } from "node:fs/promises"
import { isAbsolute, join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { bytesOfFile } from "./bytes-of-file.ts"
import type { AnyTask } from "./task.ts"

type Splits = Pick<AnyTask, "name" | "splits">

/**
 * The first file of a split that is there.
 *
 * @throws {InvalidInputError} when the task has no such split, or no file of it is there or readable
 */
export async function splitFile(
	task: Splits,
	folder: string,
	split: string,
): Promise<{ readonly file: string; readonly bytes: Uint8Array }> {
	const names = namesOf(task, split)
	for (const name of names) {
		const file = pathOf(folder, name)
		const bytes = await bytesOfFile(file)
		if (bytes !== undefined) return { file, bytes }
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
		access(pathOf(folder, name)).then(
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

function pathOf(folder: string, name: string): string {
	return isAbsolute(name) ? name : join(folder, name)
}
