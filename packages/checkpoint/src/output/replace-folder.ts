import { randomUUID } from "node:crypto"
import { mkdir, rename, rm, rmdir } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { systemError } from "../files/system-error.ts"
import { checkTarget, type Target, type TargetOptions } from "./check-target.ts"

export interface ReplaceFolderOptions extends TargetOptions {
	/** Aborting rejects with `signal.reason` once `build` has returned, which should listen to it, too. */
	readonly signal?: AbortSignal | undefined
}

/**
 * Builds an output folder so that its path holds nothing, or the earlier output, until the new one is complete.
 *
 * `build` fills a hidden folder beside the target. Then an earlier output (or an empty folder) is renamed aside, the new one renamed into
 * place, the old one deleted. When `build` throws or the signal is aborted, what was made is removed and the target is as it was.
 *
 * @param build - fills the temporary folder it is given
 * @throws {InvalidInputError} when the target holds something else or cannot be written: before `build` is called
 * @example
 * const isOurs = (folder: string) => existsSync(join(folder, "winnow.json"))
 * await replaceFolder("out/slim", (temporary) => writeModelFiles(temporary, { config, tensors }), { isOurs })
 */
export async function replaceFolder(
	target: string,
	build: (temporary: string) => Promise<void>,
	{ isOurs, signal }: ReplaceFolderOptions,
): Promise<void> {
	signal?.throwIfAborted()
	const { path } = await checkTarget(target, { isOurs })
	const parents = await mkdir(dirname(path), { recursive: true }).catch((error) => {
		throw systemError(error, target, "the output folder", "in a writable place")
	})
	const temporary = siblingOf(path)
	try {
		await mkdir(temporary)
		await build(temporary)
		signal?.throwIfAborted()
		// Minutes may have passed: what came to the target meanwhile is not overwritten either.
		await moveInto(await checkTarget(target, { isOurs }), temporary)
	} catch (error) {
		await rm(temporary, { recursive: true, force: true })
		await removeEmpty(dirname(path), parents)
		throw error
	}
}

function siblingOf(path: string): string {
	return join(dirname(path), `.${basename(path)}.${randomUUID()}`)
}

async function moveInto({ path, exists }: Target, temporary: string): Promise<void> {
	const old = siblingOf(path)
	try {
		if (exists) await rename(path, old)
		await rename(temporary, path).catch(async (error) => {
			if (exists) await rename(old, path)
			throw error
		})
	} catch (error) {
		throw systemError(error, path, "the output folder", "replaceable")
	}
	await rm(old, { recursive: true, force: true, maxRetries: 3 }).catch((error) => {
		throw systemError(error, old, "the earlier output, moved aside,", "deletable")
	})
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
