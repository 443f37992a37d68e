import { readdir, stat } from "node:fs/promises"
import { dirname } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { systemCode, systemError } from "../files/system-error.ts"
import { actualPath } from "./actual-path.ts"
import { refuseUnwritable } from "./place.ts"

export interface TargetOptions {
	/**
	 * What an existing folder holds that is not of an earlier output, and would be lost if the folder were replaced: names for the message. None
	 * where the whole folder is an earlier output.
	 */
	readonly foreignIn: (folder: string) => readonly string[] | Promise<readonly string[]>
}

/** Where an output folder will go. */
export interface Target {
	/** Absolute; where the path given is a link to a folder, that folder. */
	readonly path: string
	/** A folder is there, empty or an earlier output. */
	readonly exists: boolean
}

/**
 * Refuses an output folder that could not be put in place, so that a caller knows before minutes of work.
 *
 * Fine are a path where nothing is yet, an empty folder, and a folder with nothing in it that is foreign. Whether the place can be written is
 * tried, by making a hidden folder where the output will be built and removing it.
 *
 * @throws {InvalidInputError} when something else is there or the place cannot be written
 * @example
 * await checkTarget("out/slim", { foreignIn: async (folder) => (await readdir(folder)).filter((name) => name !== "config.json") })
 */
export async function checkTarget(target: string, { foreignIn }: TargetOptions): Promise<Target> {
	const path = await actualPath(target, "a folder")
	const exists = await isReplaceable(target, path, foreignIn)
	await refuseUnwritable(target, path, "the output folder")
	return { path, exists }
}

async function isReplaceable(target: string, path: string, foreignIn: TargetOptions["foreignIn"]): Promise<boolean> {
	const names = await readdir(path).catch((error) => {
		const code = systemCode(error)
		if (code === "ENOENT" || code === "ENAMETOOLONG") return undefined
		if (code === "ENOTDIR") throw refusal(target, "a file, or below one")
		throw systemError(error, target, "the output folder", "readable")
	})
	if (names === undefined) return false
	const foreign = names.length === 0 ? [] : await foreignIn(path)
	if (foreign.length > 0) throw refusal(target, `a folder with ${listed(foreign)} in it, which would be lost`)
	const [own, parent] = await Promise.all([stat(path), stat(dirname(path))])
	// A mounted folder cannot be renamed aside.
	if (own.dev !== parent.dev || path === dirname(path)) throw refusal(target, "a mount point: give a folder below it")
	return true
}

/** The first names and how many more there are. */
function listed(names: readonly string[]): string {
	const shown = names.slice(0, 5)
	const more = names.length - shown.length
	const parts = more > 0 ? [...shown, `${more} more`] : shown
	return parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`
}

/** Of what is at the place of an output folder. */
export function refusal(target: string, actual: string): InvalidInputError {
	return new InvalidInputError(target, "the output folder", "new, empty or an earlier output", actual)
}
