import { lstat, mkdir, readdir, rename, rm, rmdir } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { systemError } from "../files/system-error.ts"
import { temporaryPath } from "../files/temporary-path.ts"
import { actualPath } from "./actual-path.ts"
import { checkTarget, refusal, type TargetOptions } from "./check-target.ts"
import { clearLeftovers, type LeftoversOptions } from "./clear-leftovers.ts"
import { refuseFullDisk, writingError } from "./place.ts"

export interface ReplaceFolderOptions extends TargetOptions, LeftoversOptions {
	/** What the output takes at least: a disk with less room is refused before `build` is called. */
	readonly bytes?: number | undefined
	/** Aborting rejects with `signal.reason` once `build` has returned, which should listen to it, too. */
	readonly signal?: AbortSignal | undefined
}

/**
 * Builds an output folder so that its path holds nothing, or the earlier output, until the new one is complete.
 *
 * `build` fills a hidden folder beside the target. Then an earlier output (or an empty folder) is renamed aside, the new one renamed into
 * place, the old one deleted. When `build` throws or the signal is aborted, what was made is removed and the target is as it was. What runs
 * left beside the target that were killed is cleared up first.
 *
 * @param build - fills the temporary folder it is given
 * @throws {InvalidInputError} when the target holds something else or cannot be written: before `build` is called; when something came to
 * the target meanwhile, or the disk is full
 * @example
 * const foreignIn = async (folder: string) => (await readdir(folder)).filter((name) => name !== "model.safetensors")
 * await replaceFolder("out/slim", (temporary) => writeModelFiles(temporary, { config, tensors }), { foreignIn })
 */
export async function replaceFolder(
	target: string,
	build: (temporary: string) => Promise<void>,
	{ foreignIn, bytes, signal, onNote }: ReplaceFolderOptions,
): Promise<void> {
	signal?.throwIfAborted()
	await clearLeftovers(target, { onNote })
	const { path } = await checkTarget(target, { foreignIn })
	if (bytes !== undefined) await refuseFullDisk(path, bytes)
	const parents = await mkdir(dirname(path), { recursive: true }).catch((error) => {
		throw systemError(error, target, "the output folder", "in a writable place")
	})
	const temporary = temporaryPath(path, "new")
	try {
		await mkdir(temporary)
		await build(temporary)
		signal?.throwIfAborted()
		await moveInto(target, temporary, { foreignIn })
	} catch (error) {
		await rm(temporary, { recursive: true, force: true })
		await removeEmpty(dirname(path), parents)
		throw writingError(error, target, { folder: dirname(path), bytes })
	}
}

/** Minutes may have passed: what came to the target meanwhile is not overwritten either. */
async function moveInto(target: string, temporary: string, options: TargetOptions): Promise<void> {
	const before = await listingOf(await actualPath(target, "a folder"))
	const { path, exists } = await checkTarget(target, options)
	const old = temporaryPath(path, "old")
	try {
		if (exists) await rename(path, old)
		try {
			// Nobody finds the folder by its path any more: what came while it was being checked is there now.
			if (exists && (await listingOf(old)) !== before) throw refusal(target, "a folder that was changed just now")
			await rename(temporary, path)
		} catch (error) {
			if (exists) await rename(old, path)
			throw error
		}
	} catch (error) {
		throw systemError(error, path, "the output folder", "replaceable")
	}
	await rm(old, { recursive: true, force: true, maxRetries: 3 }).catch((error) => {
		throw systemError(error, old, "the earlier output, moved aside,", "deletable")
	})
}

/** Every path of a folder with its size and times: what tells that something changed, without reading it. Empty where there is no folder. */
async function listingOf(folder: string): Promise<string> {
	const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
	const lines = entries.map(async (entry) => {
		const path = join(entry.parentPath, entry.name)
		const { size, mtimeMs, ino } = await lstat(path)
		return `${relative(folder, path)}\n${entry.isDirectory() ? "" : size} ${mtimeMs} ${ino}\n`
	})
	return (await Promise.all(lines)).sort().join("")
}

/** Takes back the parents that were made for the target, from the innermost to `outermost`, as far as they are empty. */
async function removeEmpty(folder: string, outermost: string | undefined): Promise<void> {
	if (outermost === undefined) return
	const removed = await rmdir(folder).then(
		() => true,
		() => false,
	)
	if (removed && folder !== outermost) await removeEmpty(dirname(folder), outermost)
}
