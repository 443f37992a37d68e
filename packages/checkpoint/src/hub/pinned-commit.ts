import { InvalidInputError } from "@winnow/tensor"
import { type HubRequest, hubCommit, hubTree } from "./hub-api.ts"
import { HubUnreachableError } from "./hub-unreachable-error.ts"
import type { RepoCache } from "./repo-cache.ts"
import type { RepoTree } from "./repo-tree.ts"

/** A commit and what is known about its files. */
export interface PinnedCommit {
	readonly commit: string
	/** `undefined`: only the cache was asked, and nobody noted it there. */
	readonly tree: RepoTree | undefined
	readonly paths: readonly string[]
	/** Why only the cache was asked; `undefined`: the Hub can be asked for files. */
	readonly offline: string | undefined
}

/**
 * The commit that a revision names: on the Hub or, without a network, in the cache.
 *
 * @throws {InvalidInputError} when there is no such repository or revision, or neither Hub nor cache can tell
 */
export async function pinnedCommit(request: HubRequest, cache: RepoCache): Promise<PinnedCommit> {
	if (request.settings.offline) return cachedCommit(request, cache, "HF_HUB_OFFLINE is set")
	try {
		const commit = await hubCommit(request)
		const tree = (await cache.tree(commit)) ?? (await notedTree(request, cache, commit))
		return { commit, tree, paths: [...tree.keys()], offline: undefined }
	} catch (error) {
		if (!(error instanceof HubUnreachableError)) throw error
		return cachedCommit(request, cache, `${error.where} cannot be reached (${error.actual})`)
	}
}

async function notedTree(request: HubRequest, cache: RepoCache, commit: string): Promise<RepoTree> {
	const tree = await hubTree(request, commit)
	await cache.noteTree(commit, tree)
	return tree
}

async function cachedCommit({ repo }: HubRequest, cache: RepoCache, offline: string): Promise<PinnedCommit> {
	const commit = await cache.commit(repo.revision)
	const cached = commit && (await cache.paths(commit))
	if (!cached) {
		const what = `revision ${repo.revision}`
		throw new InvalidInputError(repo.name, what, `in ${cache.folder}, for ${offline}: ${remedy}`, "not there")
	}
	const tree = await cache.tree(commit)
	return { commit, tree, paths: tree === undefined ? cached : [...tree.keys()], offline }
}

/** What to do where the cache alone does not serve. */
export const remedy = "download it once with a network, or give a local folder"
