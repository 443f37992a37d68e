import { InvalidInputError, WinnowError } from "@winnow/tensor"
import { hubFetch } from "./hub-fetch.ts"
import { type CheckedRepo, isCommit } from "./hub-repo.ts"
import type { HubSettings } from "./hub-settings.ts"
import { type RepoTree, repoTree } from "./repo-tree.ts"
import type { Sleep } from "./retry.ts"

/** What every request for a repository needs. */
export interface HubRequest {
	readonly repo: CheckedRepo
	readonly settings: HubSettings
	readonly sleep: Sleep
	readonly signal: AbortSignal | undefined
}

/**
 * The commit that a revision names now.
 *
 * @throws {InvalidInputError} when there is no such repository or revision, or it may not be read; of its subclass when nobody answers
 */
export async function hubCommit(request: HubRequest): Promise<string> {
	const { repo, settings } = request
	if (isCommit(repo.revision)) return repo.revision
	const { datasetInfo, modelInfo } = await library()
	const { sha } = await understood(request, `revision ${repo.revision}`, (fetch): Promise<{ sha: unknown }> => {
		const asked = { name: repo.id, revision: repo.revision, hubUrl: settings.endpoint, fetch }
		return repo.kind === "dataset"
			? datasetInfo({ ...asked, additionalFields: ["sha"] })
			: modelInfo({ ...asked, additionalFields: ["sha"] })
	})
	if (typeof sha === "string" && isCommit(sha)) return sha
	throw new InvalidInputError(repo.name, `the commit of revision ${repo.revision}`, "40 hexadecimal digits", sha)
}

/**
 * The files of a commit.
 *
 * @throws {InvalidInputError} as `hubCommit`
 */
export async function hubTree(request: HubRequest, commit: string): Promise<RepoTree> {
	const { repo, settings } = request
	const { listFiles } = await library()
	const designation = { type: repo.kind, name: repo.id }
	const files = await understood(request, `revision ${repo.revision}`, async (fetch) => {
		const list = []
		const all = listFiles({ repo: designation, revision: commit, recursive: true, hubUrl: settings.endpoint, fetch })
		for await (const entry of all) if (entry.type === "file") list.push([entry.path, asNoted(entry)] as const)
		return Object.fromEntries(list)
	})
	return repoTree(files, `${repo.name}, list of files`)
}

interface ListedFile {
	readonly size: number
	readonly oid?: string
	readonly lfs?: { readonly oid: string; readonly size: number }
	readonly xetHash?: string
}

function asNoted({ size, oid, lfs, xetHash }: ListedFile): object {
	return {
		size,
		blob_id: oid,
		...(lfs && { lfs_sha256: lfs.oid, lfs_size: lfs.size }),
		...(xetHash !== undefined && { xet_hash: xetHash }),
	}
}

/** Loaded when it is needed: whoever opens local folders does not wait for it. */
function library() {
	return import("@huggingface/hub")
}

/** The library is not given the token: it would send it wherever the next page of a list is said to be. */
async function understood<Result>(
	request: HubRequest,
	what: string,
	ask: (fetch: typeof globalThis.fetch) => Promise<Result>,
): Promise<Result> {
	try {
		return await ask(hubFetch({ ...request, what }))
	} catch (cause) {
		request.signal?.throwIfAborted()
		if (WinnowError.is(cause)) throw cause
		const { repo, settings } = request
		const expected = `in the form of the Hub's API at ${settings.endpoint}`
		throw new InvalidInputError(repo.name, `the answer about ${what}`, expected, "something else", { cause })
	}
}
