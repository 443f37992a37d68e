import { type FileHandle, open, rename, rm } from "node:fs/promises"
import { systemError } from "./system-error.ts"
import { temporaryPath } from "./temporary-path.ts"

/**
 * Writes a file so that its path holds the old content or all of the new, whenever the process ends: into a hidden file beside it,
 * flushed to the disk, then renamed.
 *
 * @param write - writes the content into the open file; when it throws, the path is as it was
 * @throws {InvalidInputError} when the path cannot be written
 */
export async function replaceFile(path: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
	const temporary = temporaryPath(path, "new")
	try {
		const handle = await open(temporary, "wx")
		try {
			await write(handle)
			await handle.sync()
		} finally {
			await handle.close()
		}
		await rename(temporary, path)
	} catch (error) {
		await rm(temporary, { force: true }).catch(() => {})
		throw systemError(error, path, "the file", "writable")
	}
}

/** Writes all of the bytes at the file's current position. */
export async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
	for (let done = 0; done < bytes.length; ) {
		const length = Math.min(bytes.length - done, longestWrite)
		const { bytesWritten } = await handle.write(bytes, done, length)
		done += bytesWritten
	}
}

/** One `write` of the operating system takes less than 2 GiB. */
const longestWrite = 2 ** 30
