import { createHash, type Hash, randomUUID } from "node:crypto"
import { constants } from "node:fs"
import { copyFile, type FileHandle, open, readdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { readExactly } from "../files/read-exactly.ts"
import { writeFully } from "../files/replace-file.ts"
import { etagOf, type RepoFile } from "./repo-tree.ts"

const blockBytes = 2 ** 20

/**
 * What has arrived of a blob, in a file of this download's own beside it, with the hash of it.
 *
 *   ETAG.winnow-XXXXXXXX.incomplete   held by one download
 *   ETAG.winnow.incomplete            left by one that was interrupted, for the next to take
 *
 * Downloads that run at once never write into one file. A held file whose process was killed is copied rather than taken, for nobody
 * can tell that its process is gone; so is the ETAG.incomplete of older versions of huggingface_hub. Whoever completes the blob clears up.
 */
export class PartialBlob {
	readonly #blobs: string
	readonly #file: RepoFile
	readonly #path: string
	readonly #handle: FileHandle
	#hash: Hash
	#bytes = 0

	/** Takes up what an earlier download left, or begins. */
	static async claim(blobs: string, file: RepoFile): Promise<PartialBlob> {
		const path = join(blobs, `${etagOf(file)}.winnow-${randomUUID().slice(0, 8)}.incomplete`)
		await rename(leftPath(blobs, file), path).catch(() => copyLongest(blobs, file, path))
		const partial = new PartialBlob(blobs, file, { path, handle: await open(path, "a+") })
		await partial.#hashExisting()
		return partial
	}

	private constructor(blobs: string, file: RepoFile, { path, handle }: { path: string; handle: FileHandle }) {
		this.#blobs = blobs
		this.#file = file
		this.#path = path
		this.#handle = handle
		this.#hash = emptyHash(file)
	}

	get bytes(): number {
		return this.#bytes
	}

	async append(chunk: Uint8Array): Promise<void> {
		await writeFully(this.#handle, chunk)
		this.#hash.update(chunk)
		this.#bytes += chunk.length
	}

	async startOver(): Promise<void> {
		await this.#handle.truncate(0)
		this.#hash = emptyHash(this.#file)
		this.#bytes = 0
	}

	/** Of the bytes so far; as the name of the blob, once they are all there. */
	hash(): string {
		return this.#hash.copy().digest("hex")
	}

	/** Makes it the blob. */
	async publish(): Promise<void> {
		await this.#handle.sync()
		await this.#handle.close()
		const blob = join(this.#blobs, etagOf(this.#file))
		await rename(this.#path, blob).catch(async (error) => {
			// Another download completed the same blob and cleared up.
			const size = await stat(blob)
				.then(({ size }) => size)
				.catch(() => undefined)
			if (size !== this.#file.size) throw error
		})
		for (const name of await others(this.#blobs, this.#file)) await rm(join(this.#blobs, name), { force: true })
	}

	/** Leaves it for the next download. */
	async release(): Promise<void> {
		await this.#handle.close()
		if (this.#bytes > 0) await rename(this.#path, leftPath(this.#blobs, this.#file)).catch(() => {})
		else await rm(this.#path, { force: true })
	}

	async discard(): Promise<void> {
		await this.#handle.close()
		await rm(this.#path, { force: true })
	}

	async #hashExisting(): Promise<void> {
		const { size } = await this.#handle.stat()
		if (size > this.#file.size) return this.startOver()
		const block = new Uint8Array(blockBytes)
		for (; this.#bytes < size; ) {
			const part = block.subarray(0, Math.min(blockBytes, size - this.#bytes))
			await readExactly(this.#handle, this.#path, part, this.#bytes)
			this.#hash.update(part)
			this.#bytes += part.length
		}
	}
}

/** The hash that names a blob: SHA-256, or Git's SHA-1 of a header and the content. */
function emptyHash({ lfs_sha256, size }: RepoFile): Hash {
	return lfs_sha256 === undefined ? createHash("sha1").update(`blob ${size}\0`) : createHash("sha256")
}

function leftPath(blobs: string, file: RepoFile): string {
	return join(blobs, `${etagOf(file)}.winnow.incomplete`)
}

/** Files of the same blob that this package wrote. */
async function others(blobs: string, file: RepoFile): Promise<readonly string[]> {
	const names = await readdir(blobs)
	return names.filter((name) => name.startsWith(`${etagOf(file)}.winnow`) && name.endsWith(".incomplete"))
}

/** Copies the longest beginning of the blob there is, be its download running or not: only its end is yet to come. */
async function copyLongest(blobs: string, file: RepoFile, path: string): Promise<void> {
	let [longest, size]: [string | undefined, number] = [undefined, 0]
	for (const name of [...(await others(blobs, file)), `${etagOf(file)}.incomplete`]) {
		const stats = await stat(join(blobs, name)).catch(() => undefined)
		if (stats?.isFile() && stats.size > size) [longest, size] = [name, stats.size]
	}
	if (longest === undefined) return
	// It may be gone by now; then the download begins at the beginning.
	await copyFile(join(blobs, longest), path, constants.COPYFILE_FICLONE).catch(() => {})
}
