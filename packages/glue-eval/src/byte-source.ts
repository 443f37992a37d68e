import { type FileHandle, open, readFile } from "node:fs/promises"
import { InvalidInputError } from "@winnow/tensor"

/** Bytes that are read where they are asked for. An `ArrayBuffer` is one. */
export interface ByteSource {
	readonly byteLength: number
	/** Bytes `[start, end)`, both within the source. */
	slice(start: number, end?: number): ArrayBuffer | Promise<ArrayBuffer>
}

/**
 * Reads something out of a file, however large: Node hands over no more than 2 GiB at once.
 *
 * @param read - gets the bytes of the file, which is closed afterwards
 * @throws {InvalidInputError} when it cannot be read
 */
export async function withBytesOf<T>(file: string, read: (bytes: ByteSource) => Promise<T>): Promise<T> {
	const handle = await open(file).catch((cause) => {
		throw unreadable(file, cause)
	})
	try {
		return await read(await bytesOf(handle, file))
	} finally {
		await handle.close()
	}
}

async function bytesOf(handle: FileHandle, file: string): Promise<ByteSource> {
	const failing = (cause: unknown) => {
		throw unreadable(file, cause as NodeJS.ErrnoException)
	}
	const stats = await handle.stat()
	// A pipe has neither a size nor places to read at; of a folder this says that it is one.
	if (!stats.isFile()) return new Uint8Array(await readFile(handle).catch(failing)).buffer
	const { size } = stats
	return { byteLength: size, slice: (start, end = size) => sliceOf(handle, { start, end, file }).catch(failing) }
}

async function sliceOf(
	handle: FileHandle,
	{ start, end, file }: { readonly start: number; readonly end: number; readonly file: string },
): Promise<ArrayBuffer> {
	const bytes = new Uint8Array(end - start)
	for (let done = 0; done < bytes.length; ) {
		const length = Math.min(bytes.length - done, 2 ** 30)
		const { bytesRead } = await handle.read(bytes, done, length, start + done)
		if (bytesRead === 0) throw new InvalidInputError(file, "the file", "left alone while it is read", "cut")
		done += bytesRead
	}
	return bytes.buffer
}

function unreadable(file: string, cause: NodeJS.ErrnoException): Error {
	if (cause instanceof InvalidInputError) return cause
	if (cause.code === "ENOENT" || cause.code === "ENOTDIR") {
		return new InvalidInputError(file, "the file", "there", "missing", { cause })
	}
	return new InvalidInputError(file, "the file", "readable", cause.code ?? cause.message, { cause })
}
