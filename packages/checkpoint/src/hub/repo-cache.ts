import { mkdir, readdir, readFile, readlink, stat, symlink, unlink } from "node:fs/promises"
import { dirname, join, relative, sep } from "node:path"
import { replaceFile } from "../files/replace-file.ts"
import { systemCode, systemError } from "../files/system-error.ts"
import { parseJsonObject } from "../json/parse-json-object.ts"
import { type CheckedRepo, isCommit } from "./hub-repo.ts"
import { etagOf, type RepoFile, type RepoTree, repoTree } from "./repo-tree.ts"

/** Of huggingface_hub's lists of files. */
const treeFormat = 1

/**
 * One repository in the cache that Python's huggingface_hub and this package share:
 *
 *   models--org--name/
 *     refs/main              the commit of a revision
 *     trees/COMMIT.json      the files of a commit, in the cache or not
 *     snapshots/COMMIT/PATH  a link to the blob
 *     blobs/ETAG             the bytes of a file, complete and checked
 */
export class RepoCache {
	/** Of the repository. */
	readonly folder: string

	/** @param cache - the folder of all repositories */
	constructor(cache: string, { id, kind }: CheckedRepo) {
		this.folder = join(cache, [`${kind}s`, ...id.split("/")].join("--"))
	}

	get blobs(): string {
		return join(this.folder, "blobs")
	}

	snapshot(commit: string): string {
		return join(this.folder, "snapshots", commit)
	}

	/** The commit that a revision named when it was last looked up; `undefined`: never. */
	async commit(revision: string): Promise<string | undefined> {
		if (isCommit(revision)) return revision
		const noted = await readFile(this.#ref(revision), "utf8").catch(() => "")
		return isCommit(noted.trim()) ? noted.trim() : undefined
	}

	/** Notes which commit a revision names, for those who cannot look it up. */
	async noteCommit(revision: string, commit: string): Promise<void> {
		if (isCommit(revision) || (await this.commit(revision)) === commit) return
		await noted(this.#ref(revision), commit)
	}

	/** The files of a commit, where somebody noted them. */
	async tree(commit: string): Promise<RepoTree | undefined> {
		const path = this.#treePath(commit)
		try {
			const { format_version: format, files } = parseJsonObject(await readFile(path), path)
			return format === treeFormat ? repoTree(files, path) : undefined
		} catch {
			// As Python does: a list of no use is fetched and written again.
			return undefined
		}
	}

	async noteTree(commit: string, tree: RepoTree): Promise<void> {
		const files = Object.fromEntries([...tree].sort(([a], [b]) => (a < b ? -1 : 1)))
		await noted(this.#treePath(commit), JSON.stringify({ format_version: treeFormat, files }, undefined, 1))
	}

	/** The paths that a snapshot has; what a link leads to must be there. `undefined`: there is no snapshot. */
	async paths(commit: string): Promise<readonly string[] | undefined> {
		const snapshot = this.snapshot(commit)
		const found = await readdir(snapshot, { recursive: true }).catch(() => undefined)
		if (found === undefined) return undefined
		const paths: string[] = []
		for (const path of found)
			if ((await sizeOf(join(snapshot, path))) !== undefined) paths.push(path.replaceAll(sep, "/"))
		return paths.sort()
	}

	/** Whether a snapshot has a file, of the right size where the tree tells it. */
	async has(commit: string, path: string, file: RepoFile | undefined): Promise<boolean> {
		const size = await sizeOf(join(this.snapshot(commit), path))
		return size !== undefined && (file === undefined || size === file.size)
	}

	async hasBlob(file: RepoFile): Promise<boolean> {
		return (await sizeOf(join(this.blobs, etagOf(file)))) === file.size
	}

	/** Puts a blob into a snapshot, under the path of a file. */
	async link(commit: string, path: string, file: RepoFile): Promise<void> {
		const pointer = join(this.snapshot(commit), path)
		const target = relative(dirname(pointer), join(this.blobs, etagOf(file)))
		try {
			await mkdir(dirname(pointer), { recursive: true })
			await symlink(target, pointer).catch(async (error) => {
				if (systemCode(error) !== "EEXIST") throw error
				if ((await readlink(pointer).catch(() => "")) !== target) await relinked(target, pointer)
			})
		} catch (error) {
			throw systemError(error, pointer, "the link in the cache", "writable")
		}
	}

	#ref(revision: string): string {
		return join(this.folder, "refs", revision)
	}

	#treePath(commit: string): string {
		return join(this.folder, "trees", `${commit}.json`)
	}
}

/** The size of a file, links followed; `undefined`: there is none. */
async function sizeOf(path: string): Promise<number | undefined> {
	const stats = await stat(path).catch(() => undefined)
	return stats?.isFile() ? stats.size : undefined
}

async function relinked(target: string, pointer: string): Promise<void> {
	await unlink(pointer)
	await symlink(target, pointer).catch((error) => {
		// Another process was faster: it puts the same blob there.
		if (systemCode(error) !== "EEXIST") throw error
	})
}

/** A note for the next time: a cache that may only be read serves without it. */
async function noted(path: string, text: string): Promise<void> {
	try {
		await mkdir(dirname(path), { recursive: true })
		await replaceFile(path, (handle) => handle.writeFile(text))
	} catch {}
}
