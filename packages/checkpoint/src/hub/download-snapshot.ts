import { readFile } from "node:fs/promises"
import type { Run } from "@winnow/tensor"
import { systemError } from "../files/system-error.ts"
import type { FileChoice, RepoFiles } from "./file-choice.ts"
import type { HubRequest } from "./hub-api.ts"
import { type CheckedRepo, checkedRepo, type HubRepo } from "./hub-repo.ts"
import { type Environment, hubSettings } from "./hub-settings.ts"
import { type PinnedCommit, pinnedCommit } from "./pinned-commit.ts"
import { RepoCache } from "./repo-cache.ts"
import { type Sleep, sleep as sleepOnTheClock } from "./retry.ts"
import { SnapshotFiles } from "./snapshot-files.ts"

export interface SnapshotOptions extends Run {
	/** Which files are wanted: `modelFiles`, `parquetFiles(...)`, or a function of the paths. */
	readonly files: FileChoice
	/** Default: `process.env`. */
	readonly env?: Environment
	/** How to wait before a request is made again. Default: by the clock. */
	readonly sleep?: Sleep
}

/** Files of a repository at one commit, in the cache. */
export interface Snapshot {
	/** Holds the files chosen under their paths, and perhaps others. Shared with other programs: never write into it. */
	readonly folder: string
	/** 40 hexadecimal digits: as a revision, it gives these files for ever. */
	readonly commit: string
	/** The paths of the files chosen, sorted. */
	readonly files: readonly string[]
	/** Whether the cache alone served, for the Hub was not to be asked or did not answer: the revision may name a newer commit there. */
	readonly offline: boolean
}

/**
 * Files of a model or data set on the Hugging Face Hub, downloaded into the cache of Python's huggingface_hub where they are not there yet.
 *
 * Without a network, or with `HF_HUB_OFFLINE=1`, the cache alone serves. A file appears in the cache when its size and hash are right;
 * one that was interrupted goes on where it stopped. Progress is in bytes of what was missing.
 *
 * @throws {InvalidInputError} when there is no such repository, revision or file, when it may not be read, when neither Hub nor cache
 * have it, or what came is not what the Hub announced
 * @throws {UnsupportedError} from the choice of files: a model without safetensors, a data set without Parquet
 * @example
 * const { folder, commit } = await downloadSnapshot({ id: "philschmid/MiniLM-L6-H384-uncased-sst2" }, { files: modelFiles })
 * const model = await openModelFolder(folder)
 */
export async function downloadSnapshot(repo: HubRepo, options: SnapshotOptions): Promise<Snapshot> {
	const { files: choose, env = process.env, sleep = sleepOnTheClock, signal } = options
	signal?.throwIfAborted()
	const checked = checkedRepo(repo)
	const settings = await hubSettings(env)
	const request: HubRequest = { repo: checked, settings, sleep, signal }
	const cache = new RepoCache(settings.cache, checked)

	const pinned = await pinnedCommit(request, cache)
	const files = new SnapshotFiles(request, cache, pinned)
	const chosen = [...new Set(await choose(choiceOf(checked, pinned, files)))].sort()
	await files.ensure(chosen, options)
	// Last, so that without a network a revision leads to the newest commit that is complete.
	if (pinned.offline === undefined) await cache.noteCommit(checked.revision, pinned.commit)
	return {
		folder: cache.snapshot(pinned.commit),
		commit: pinned.commit,
		files: chosen,
		offline: pinned.offline !== undefined,
	}
}

function choiceOf({ id, name }: CheckedRepo, { offline, paths }: PinnedCommit, files: SnapshotFiles): RepoFiles {
	return {
		id,
		where: offline === undefined ? name : `${name} (cached copy, for ${offline})`,
		paths,
		async read(path) {
			await files.ensure([path])
			return readFile(files.local(path)).catch((error) => {
				throw systemError(error, files.local(path), "the file", "readable")
			})
		},
	}
}
