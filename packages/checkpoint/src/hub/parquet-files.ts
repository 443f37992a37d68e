import { InvalidInputError, UnsupportedError } from "@winnow/tensor"
import type { FileChoice, RepoFiles } from "./file-choice.ts"

/** A part of a data set. */
export interface DatasetSplit {
	/** `sst2` of `nyu-mll/glue`. Default: the only configuration of a data set that has no names for them. */
	readonly config?: string
	/** `train`, `validation`, `test`, ... */
	readonly split: string
}

/**
 * Chooses the Parquet files of one split, all shards of them, in order.
 *
 * They are found by their paths, in the layouts that the Hub itself writes:
 *
 *   CONFIG/SPLIT-00000-of-00002.parquet    data/SPLIT-00000-of-00001-0123456789abcdef.parquet    (push_to_hub)
 *   CONFIG/SPLIT/0000.parquet                                                                     (revision refs/convert/parquet)
 *
 * @throws {InvalidInputError} from the choice, when there is no such split, or it is not clear which files or not all of them are there
 * @throws {UnsupportedError} from the choice, when the repository has no Parquet files
 * @example
 * await downloadSnapshot({ id: "nyu-mll/glue", kind: "dataset" }, { files: parquetFiles({ config: "sst2", split: "validation" }) })
 */
export function parquetFiles({ config = defaultConfig, split }: DatasetSplit): FileChoice {
	return ({ where, paths }) => {
		const files = paths.flatMap((path) => parquetFile(path) ?? [])
		if (files.length === 0) throw withoutParquet(where, paths)
		const wanted = files.filter((file) => file.config === config && file.split === split)
		if (wanted.length === 0) throw withoutSplit(where, `${config}/${split}`, files)
		return completeShards(where, `${config}/${split}`, wanted)
	}
}

const defaultConfig = "default"

interface ParquetFile {
	readonly path: string
	readonly config: string
	readonly split: string
	/** What all shards of one set have in common. */
	readonly set: string
	/** How many shards there are, where the name tells. */
	readonly count: number | undefined
}

const layout =
	/^(?:(?<folder>.+?)\/)?(?<split>\w+(?:\.\w+)*?)(?:-\d{5}-of-(?<count>\d{5})(?:-[0-9a-f]+)?|(?<each>\/\d+))?\.parquet$/

function parquetFile(path: string): ParquetFile | undefined {
	const { folder = "", split = "", count, each = "" } = layout.exec(path)?.groups ?? {}
	if (split === "") return undefined
	const config = folder === "" || folder === "data" ? defaultConfig : folder
	const set = `${folder}/${split}${count === undefined ? each && "/" : ` of ${Number(count)}`}`
	return { path, config, split, set, count: count === undefined ? undefined : Number(count) }
}

function completeShards(where: string, name: string, files: readonly ParquetFile[]): readonly string[] {
	const sets = [...new Set(files.map(({ set }) => set))]
	if (sets.length > 1) throw new InvalidInputError(where, `the files of ${name}`, "one set of shards", sets.join(", "))
	const count = files[0]!.count ?? files.length
	if (files.length !== count) {
		throw new InvalidInputError(where, `the shards of ${name}`, `${count}, as their names say`, files.length)
	}
	return files.map(({ path }) => path).sort()
}

function withoutParquet(where: string, paths: RepoFiles["paths"]): UnsupportedError {
	const hint = "the Hub converts most data sets: try the revision refs/convert/parquet"
	const kinds = paths.length === 0 ? "there are no files at all" : "there are none at this revision"
	return new UnsupportedError(where, `only Parquet files are read, and ${kinds}: ${hint}`)
}

function withoutSplit(where: string, name: string, files: readonly ParquetFile[]): InvalidInputError {
	const all = [...new Set(files.map(({ config, split }) => `${config}/${split}`))].sort()
	return new InvalidInputError(where, "the configuration and split", `one of ${all.join(", ")}`, name)
}
