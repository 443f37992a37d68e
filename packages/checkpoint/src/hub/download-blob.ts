import { mkdir } from "node:fs/promises"
import { InvalidInputError } from "@winnow/tensor"
import { systemError } from "../files/system-error.ts"
import type { HubRequest } from "./hub-api.ts"
import { hubFetch } from "./hub-fetch.ts"
import { HubUnreachableError } from "./hub-unreachable-error.ts"
import { PartialBlob } from "./partial-blob.ts"
import { etagOf, type RepoFile } from "./repo-tree.ts"
import { attempts, backoffMs } from "./retry.ts"

export interface BlobDownload {
	readonly commit: string
	readonly path: string
	readonly file: RepoFile
	/** The folder of blobs. */
	readonly blobs: string
	/** Called with how many bytes of the file there are. */
	readonly onBytes: (bytes: number) => void
}

/**
 * Downloads a file of a repository into the folder of blobs, where it appears when its size and hash are right.
 *
 * Goes on where an earlier download stopped, and where the connection was cut.
 *
 * @throws {InvalidInputError} when the file is another than the list of files says, or cannot be fetched or written
 */
export async function downloadBlob(request: HubRequest, download: BlobDownload): Promise<void> {
	const { blobs, file } = download
	try {
		await mkdir(blobs, { recursive: true })
		const partial = await PartialBlob.claim(blobs, file)
		await fill(partial, request, download).catch(async (error) => {
			await partial.release()
			throw error
		})
		const wrong = mistake(partial, download)
		if (wrong === undefined) return await partial.publish()
		await partial.discard()
		throw new InvalidInputError(request.repo.name, ...wrong)
	} catch (error) {
		throw systemError(error, blobs, "the cache", "writable")
	}
}

async function fill(partial: PartialBlob, request: HubRequest, download: BlobDownload): Promise<void> {
	const resumed = partial.bytes > 0
	await receive(partial, request, download)
	if (!resumed || mistake(partial, download) === undefined) return
	// The beginning that was found may have been broken.
	await partial.startOver()
	await receive(partial, request, download)
}

/** What is wrong with a file that was received to its end. */
function mistake(partial: PartialBlob, { path, file }: BlobDownload): [string, string, string] | undefined {
	if (partial.bytes > file.size) return [`file ${path}`, `${file.size} bytes long`, "longer"]
	const hash = partial.hash()
	if (hash === etagOf(file)) return undefined
	return [`the ${file.lfs_sha256 === undefined ? "Git hash" : "SHA-256"} of file ${path}`, etagOf(file), hash]
}

/** Asks for the rest until all has come. A connection that is cut is only a failure when nothing came through it. */
async function receive(partial: PartialBlob, request: HubRequest, download: BlobDownload): Promise<void> {
	const { settings, signal, sleep } = request
	for (let failures = 0; partial.bytes < download.file.size; ) {
		const before = partial.bytes
		await receivePart(partial, request, download)
		failures = partial.bytes > before ? 0 : failures + 1
		if (failures === attempts)
			throw new HubUnreachableError(settings.endpoint, "cutting the connection again and again")
		if (failures > 0) await sleep(backoffMs(failures), signal)
	}
}

async function receivePart(partial: PartialBlob, request: HubRequest, download: BlobDownload): Promise<void> {
	const { body } = await response(partial, request, download)
	if (body === null) return
	for await (const chunk of untilCut(body, request.signal)) {
		await partial.append(chunk)
		download.onBytes(partial.bytes)
		if (partial.bytes > download.file.size) return
	}
}

/** The chunks that come: a cut connection is their end, an abort is not. */
async function* untilCut(
	body: NonNullable<Response["body"]>,
	signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
	try {
		yield* body
	} catch {
		signal?.throwIfAborted()
	}
}

async function response(partial: PartialBlob, request: HubRequest, { commit, path }: BlobDownload): Promise<Response> {
	const { repo, settings } = request
	const encoded = path.split("/").map(encodeURIComponent).join("/")
	const what = `file ${path}`
	const answer = await hubFetch({ ...request, what })(
		`${settings.endpoint}/${repo.name}/resolve/${commit}/${encoded}`,
		{
			// Compressed, the bytes could not be counted.
			headers: { "accept-encoding": "identity", ...(partial.bytes > 0 && { range: `bytes=${partial.bytes}-` }) },
		},
	)
	if (answer.status !== 206) {
		if (partial.bytes > 0) await partial.startOver()
		return answer
	}
	const range = answer.headers.get("content-range")
	if (range?.startsWith(`bytes ${partial.bytes}-`)) return answer
	await answer.body?.cancel().catch(() => {})
	throw new InvalidInputError(repo.name, `the part of ${what}`, `from byte ${partial.bytes} on`, range ?? "another")
}
