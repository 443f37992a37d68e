import { stat } from "node:fs/promises"
import { resolve } from "node:path"
import { type DatasetSplit, downloadSnapshot, isHubId, modelFiles, parquetFiles } from "@winnow/checkpoint/hub"
import { type AnyTask, tasks } from "@winnow/glue-eval"
import { squadTasks } from "@winnow/glue-eval/squad"
import { InvalidInputError } from "@winnow/tensor"
import type { NotedRun } from "../noted-run.ts"

/** Where something is on this machine, and what it is called. */
export interface Located {
	readonly folder: string
	/** Of a repository on the Hugging Face Hub; undefined for a path. */
	readonly hub?: HubSource
}

export interface HubSource {
	readonly id: string
	/** To which its revision led. */
	readonly commit: string
}

/** The data of a task: a folder, or the one file of a task of one's own. */
export interface LocatedData extends Located {
	/** One file a split, where they do not lie as the task has them. */
	readonly files?: Readonly<Record<string, string>>
}

/**
 * A model's folder: a path, or a repository of the Hub, `org/name` or `org/name@revision`, whose files are fetched where the cache has
 * not got them.
 *
 * @throws {InvalidInputError | UnsupportedError} when the Hub has no such model, or it cannot be fetched
 */
export async function locateModel(model: string, run: NotedRun): Promise<Located> {
	const repo = await repoOf(model)
	if (repo === undefined) return { folder: model }
	const { folder, commit, offline } = await downloadSnapshot(repo, { ...run, files: modelFiles })
	noteOffline(repo.id, { commit, offline }, run)
	return { folder, hub: { id: repo.id, commit } }
}

/**
 * The folder of a task's files: a path, or a data set of the Hub, of which the named splits are fetched as Parquet.
 *
 * Of `nyu-mll/glue` the configuration is the task's name, of SQuAD `plain_text` or `squad_v2`; of other data sets it is the only one.
 *
 * @throws {InvalidInputError | UnsupportedError} when the Hub has no such data, or not in one file a split; when a path is not there, or
 * is a file and the task's files are to lie in a folder
 */
export async function locateData(
	data: string,
	{ task, splits }: { readonly task: string; readonly splits: readonly string[] },
	run: NotedRun,
): Promise<LocatedData> {
	const repo = await repoOf(data)
	const rows = tasks.find(({ name }) => name === task)
	const known = rows ?? squadTasks.find(({ name }) => name === task)
	if (repo === undefined) {
		await refuseOtherPlace(data, { task, known, splits })
		return { folder: data }
	}
	const config = known && { config: "hubConfig" in known ? known.hubConfig : known.name }
	const besides = splits.includes("dev") ? Object.values(rows?.alsoScored ?? {}) : []
	const found = new Map<string, string>()
	const files: Parameters<typeof downloadSnapshot>[1]["files"] = async (repository) => {
		for (const split of [...splits, ...besides]) {
			const name = hubSplit(known?.splits[split] ?? [], split)
			const choose = parquetFiles({ ...config, split: name } satisfies DatasetSplit)
			const paths = await optional(async () => choose(repository), split)
			if (paths === undefined) continue
			if (paths.length > 1) {
				throw new InvalidInputError(repository.where, `the files of ${name}`, "one", `${paths.length} shards`)
			}
			found.set(split, paths[0]!)
		}
		return [...found.values()]
	}
	const { folder, commit, offline } = await downloadSnapshot({ ...repo, kind: "dataset" }, { ...run, files })
	noteOffline(repo.id, { commit, offline }, run)
	const places = Object.fromEntries([...found].map(([split, path]) => [split, resolve(folder, path)]))
	return { folder, hub: { id: repo.id, commit }, files: places }
}

/** A path that is not there, or a file where the task's files lie in a folder. */
async function refuseOtherPlace(
	data: string,
	o: {
		readonly task: string
		readonly known: Pick<AnyTask, "splits"> | undefined
		readonly splits: readonly string[]
	},
): Promise<void> {
	const kind = await kindOf(data)
	const files = o.known ? o.splits.flatMap((split) => o.known?.splits[split]?.[0] ?? []).join(", ") : undefined
	const place = files ? `a folder with ${files}` : "a folder, or one file with labels"
	if (kind === "missing" || (kind === "a file" && files)) {
		throw new InvalidInputError(data, `the data of ${o.task}`, place, kind)
	}
}

/**
 * The file of texts without labels.
 *
 * @throws {InvalidInputError} when it is a folder
 */
export async function locateTexts(data: string): Promise<Located> {
	if ((await kindOf(data)) !== "a folder") return { folder: data }
	throw new InvalidInputError(data, "the data", "one file of texts where no `task` is given", "a folder")
}

async function kindOf(path: string): Promise<"a file" | "a folder" | "missing"> {
	return stat(path).then(
		(stats) => (stats.isDirectory() ? "a folder" : "a file"),
		() => "missing",
	)
}

/** A data set may lack splits without labels and those that are scored beside the main one. */
async function optional(
	choose: () => Promise<readonly string[]>,
	split: string,
): Promise<readonly string[] | undefined> {
	try {
		return await choose()
	} catch (error) {
		if (split === "train" || split === "dev" || !(error instanceof InvalidInputError)) throw error
		return undefined
	}
}

/** What the Hub calls a split: the part of its file's name before the number of the shard. */
function hubSplit(names: readonly string[], split: string): string {
	const [, name] =
		names.map((file) => /^(.+)-00000-of-00001\.parquet$/.exec(file)).find((match) => match !== null) ?? []
	return name ?? (split === "dev" ? "validation" : split)
}

/** `org/name@revision`; undefined for what is a path. */
async function repoOf(given: string): Promise<{ readonly id: string; readonly revision?: string } | undefined> {
	if (await isHubId(given)) return { id: given }
	const [, id, revision] = /^([^@]+)@([^@]+)$/.exec(given) ?? []
	return id !== undefined && (await isHubId(id)) ? { id, revision: revision! } : undefined
}

function noteOffline(
	id: string,
	o: { readonly commit: string; readonly offline: boolean },
	{ onNote }: NotedRun,
): void {
	if (o.offline) onNote?.(`${id}: from the cache, at ${o.commit.slice(0, 12)}; the Hub was not asked`)
}
