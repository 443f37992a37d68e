import { join } from "node:path"
import { InvalidInputError, progressOf, type Run } from "@winnow/tensor"
import { downloadBlob } from "./download-blob.ts"
import type { HubRequest } from "./hub-api.ts"
import { type PinnedCommit, remedy } from "./pinned-commit.ts"
import type { RepoCache } from "./repo-cache.ts"
import type { RepoFile } from "./repo-tree.ts"

/** So many bytes are a step of progress: of chunks from the network there are thousands. */
const stepBytes = 2 ** 20

/** The files of one commit, brought into its snapshot when they are wanted. */
export class SnapshotFiles {
	readonly #request: HubRequest
	readonly #cache: RepoCache
	readonly #pinned: PinnedCommit
	readonly #paths: ReadonlySet<string>

	constructor(request: HubRequest, cache: RepoCache, pinned: PinnedCommit) {
		this.#request = request
		this.#cache = cache
		this.#pinned = pinned
		this.#paths = new Set(pinned.paths)
	}

	/**
	 * Sees that files are in the snapshot.
	 *
	 * @throws {InvalidInputError} when the commit has no such file, or it is not there and cannot be fetched
	 */
	async ensure(paths: Iterable<string>, run: Run = {}): Promise<void> {
		const missing = await this.#missing(paths)
		const total = missing.reduce((sum, { file }) => sum + file.size, 0)
		const report = inSteps(total, progressOf("download", total, run))
		let before = 0
		for (const { path, file } of missing) {
			await this.#fetch(path, file, (bytes) => report(before + bytes))
			before += file.size
			report(before)
		}
	}

	/** The path of a file that is ensured. */
	local(path: string): string {
		return join(this.#cache.snapshot(this.#pinned.commit), path)
	}

	async #missing(paths: Iterable<string>): Promise<readonly { path: string; file: RepoFile }[]> {
		const { commit, tree, offline } = this.#pinned
		const missing = []
		for (const path of paths) {
			if (!this.#paths.has(path)) throw this.#refusal(path, `in the repository at ${commit}`)
			const file = tree?.get(path)
			if (await this.#cache.has(commit, path, file)) continue
			if (offline !== undefined || file === undefined) {
				throw this.#refusal(path, `in ${this.#cache.folder}, for ${offline}: ${remedy}`)
			}
			missing.push({ path, file })
		}
		return missing
	}

	async #fetch(path: string, file: RepoFile, onBytes: (bytes: number) => void): Promise<void> {
		const { commit } = this.#pinned
		if (!(await this.#cache.hasBlob(file))) {
			await downloadBlob(this.#request, { commit, path, file, blobs: this.#cache.blobs, onBytes })
		}
		await this.#cache.link(commit, path, file)
	}

	#refusal(path: string, expected: string): InvalidInputError {
		return new InvalidInputError(this.#request.repo.name, `file ${path}`, expected, "not there")
	}
}

/** Calls `report` at the end and wherever another step, up or back, is done. */
function inSteps(total: number, report: (done: number) => void): (done: number) => void {
	let reported = 0
	return (done) => {
		if (done < total && Math.abs(done - reported) < stepBytes) return
		reported = done
		report(done)
	}
}
