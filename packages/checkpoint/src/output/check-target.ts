import { lstat, mkdtemp, readdir, realpath, rmdir, stat } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { systemCode, systemError } from "../files/system-error.ts"

export interface TargetOptions {
	/** Tells whether an existing folder is an earlier output, which may be replaced. */
	readonly isOurs: (folder: string) => boolean | Promise<boolean>
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
 * Fine are a path where nothing is yet, an empty folder, and a folder that `isOurs`. Whether the place can be written is tried, by making a
 * hidden folder where the output will be built and removing it.
 *
 * @throws {InvalidInputError} when something else is there or the place cannot be written
 * @example
 * await checkTarget("out/slim", { isOurs: (folder) => existsSync(join(folder, "winnow.json")) })
 */
export async function checkTarget(target: string, { isOurs }: TargetOptions): Promise<Target> {
	const path = await actualPath(target)
	const exists = await isReplaceable(target, path, isOurs)
	await probe(target, dirname(path))
	return { path, exists }
}

async function actualPath(target: string): Promise<string> {
	const path = resolve(target)
	const link = await lstat(path).then(
		(stats) => stats.isSymbolicLink(),
		() => false,
	)
	if (!link) return path
	return realpath(path).catch((error) => {
		throw systemError(error, target, "what the link leads to", "a folder")
	})
}

async function isReplaceable(target: string, path: string, isOurs: TargetOptions["isOurs"]): Promise<boolean> {
	const names = await readdir(path).catch((error) => {
		const code = systemCode(error)
		if (code === "ENOENT") return undefined
		if (code === "ENOTDIR") throw refusal(target, "a file, or below one")
		throw systemError(error, target, "the output folder", "readable")
	})
	if (names === undefined) return false
	if (names.length > 0 && !(await isOurs(path))) throw refusal(target, "another folder with files in it")
	const [own, parent] = await Promise.all([stat(path), stat(dirname(path))])
	// A mounted folder cannot be renamed aside.
	if (own.dev !== parent.dev || path === dirname(path)) throw refusal(target, "a mount point: give a folder below it")
	return true
}

function refusal(target: string, actual: string): InvalidInputError {
	return new InvalidInputError(target, "the output folder", "new, empty or an earlier output", actual)
}

/** Permissions, read-only disks and links tell too little: only making a folder shows that one can be made. */
async function probe(target: string, parent: string): Promise<void> {
	const existing = await nearestExisting(parent)
	try {
		await rmdir(await mkdtemp(join(existing, `.${basename(target)}.`)))
	} catch (error) {
		if (systemCode(error) === "ENOTDIR") throw refusal(target, "a file, or below one")
		throw systemError(error, target, "the output folder", "in a writable place")
	}
}

async function nearestExisting(folder: string): Promise<string> {
	const found = await stat(folder).then(
		() => true,
		() => false,
	)
	return found || folder === dirname(folder) ? folder : nearestExisting(dirname(folder))
}
