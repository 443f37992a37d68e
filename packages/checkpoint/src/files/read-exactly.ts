import type { FileHandle } from "node:fs/promises"
import { InvalidInputError } from "@winnow/tensor"

/** One `read` of the operating system takes less than 2 GiB. */
const longestRead = 2 ** 30

/**
 * Fills `target` with the bytes at `position`.
 *
 * @param path - the file's path, for the message
 * @throws {InvalidInputError} when the file ends before
 */
export async function readExactly(
	handle: FileHandle,
	path: string,
	target: Uint8Array,
	position: number,
): Promise<void> {
	for (let done = 0; done < target.length; ) {
		const length = Math.min(target.length - done, longestRead)
		const { bytesRead } = await handle.read(target, done, length, position + done)
		if (bytesRead === 0) {
			throw new InvalidInputError(path, "the file", "as long as when it was opened", `${position + done} bytes`)
		}
		done += bytesRead
	}
}
