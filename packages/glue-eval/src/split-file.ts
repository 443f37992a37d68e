import { access } from "node:fs/promises"
import { isAbsolute, join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import type { AnyTask } from "./task.ts"

type Splits = Pick<AnyTask, "name" | "splits">

/**
 * The first file of a split that is there.
 *
 * @throws {InvalidInputError} when the task has no such split, or no file of it is there
 */
export async function splitFile(task: Splits, folder: string, split: string): Promise<string> {
	const names = namesOf(task, split)
	for (const name of names) {
		const file = pathOf(folder, name)
		if (await isThere(file)) return file
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
	const found = namesOf(task, split).map((name) => isThere(pathOf(folder, name)))
	return (await Promise.all(found)).includes(true)
}

async function isThere(file: string): Promise<boolean> {
	// What is there and cannot be read says so when it is read.
	return access(file).then(
		() => true,
		({ code }: NodeJS.ErrnoException) => code !== "ENOENT" && code !== "ENOTDIR",
	)
}

function namesOf(task: Splits, split: string): readonly string[] {
	const names = Object.hasOwn(task.splits, split) ? task.splits[split] : undefined
	if (names !== undefined) return names
	throw new InvalidInputError(task.name, "the split", `one of ${Object.keys(task.splits).join(", ")}`, split)
}

function pathOf(folder: string, name: string): string {
	return isAbsolute(name) ? name : join(folder, name)
}
