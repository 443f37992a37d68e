import { lstat, readdir, readFile } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import { checksumFile, checksumsIn, sha256Of } from "./checksums.ts"

const recordFile = "winnow.json"

/**
 * What a folder holds that Winnow did not write, or that was changed since: it is somebody's, and must not be lost when another result takes the
 * folder's place. Hidden files count.
 *
 * A file is ours where winnow.json lists it and SHA256SUMS has its hash; without SHA256SUMS, which results had not always, where it has the size
 * that winnow.json says. In a folder without a winnow.json of ours nothing is.
 *
 * @returns names for a message: `.git`, `README.md (changed)`; a folder without anything of ours in it by its own name
 */
export async function foreignIn(folder: string): Promise<readonly string[]> {
	const known = await knownIn(folder)
	const entries = await readdir(folder, { withFileTypes: true, recursive: true })
	const foreign = new Set<string>()
	for (const entry of entries) {
		const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/")
		if (entry.isDirectory() && known.folders.has(path)) continue
		if (!known.files.has(path)) foreign.add(outermost(path, known.folders))
		else if (!(entry.isFile() && (await known.files.get(path)!(join(folder, path))))) foreign.add(`${path} (changed)`)
	}
	return [...foreign].sort()
}

interface Known {
	/** How to tell whether a file is as it was written, by path. */
	readonly files: ReadonlyMap<string, (path: string) => Promise<boolean>>
	/** Those that the files lie in. */
	readonly folders: ReadonlySet<string>
}

async function knownIn(folder: string): Promise<Known> {
	const sizes = await recordedSizes(join(folder, recordFile))
	if (sizes === undefined) return { files: new Map(), folders: new Set() }
	const list = await readFile(join(folder, checksumFile), "utf8").catch(() => undefined)
	const hashes = list === undefined ? undefined : checksumsIn(list)
	const asWritten = (name: string, size: number) => async (path: string) =>
		hashes === undefined ? (await lstat(path)).size === size : (await sha256Of(path)) === hashes.get(name)
	const files = Object.entries(sizes).map(([name, size]) => [name, asWritten(name, size)] as const)
	const always = async () => true
	const record = hashes === undefined ? always : asWritten(recordFile, 0)
	const lists = hashes === undefined ? [] : [[checksumFile, always] as const]
	return {
		files: new Map([...files, [recordFile, record], ...lists]),
		folders: new Set(files.flatMap(([name]) => foldersOf(name))),
	}
}

/** What winnow.json says of the folder's files: bytes by path; undefined where it is none of ours. */
async function recordedSizes(path: string): Promise<Readonly<Record<string, number>> | undefined> {
	const text = await readFile(path, "utf8").catch(() => "null")
	const record = parsed(text) as { schema?: unknown; files?: unknown } | null
	const isOurs = typeof record?.schema === "string" && /^winnow-(result|export)\//.test(record.schema)
	if (!isOurs || typeof record.files !== "object" || record.files === null) return undefined
	return record.files as Record<string, number>
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text)
	} catch {
		return null
	}
}

/** `a` and `a/b` of `a/b/c`. */
function foldersOf(path: string): readonly string[] {
	const parts = path.split("/")
	return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"))
}

/** The outermost folder around a path that nothing of ours lies in; the path itself where there is none. */
function outermost(path: string, ours: ReadonlySet<string>): string {
	return foldersOf(path).find((folder) => !ours.has(folder)) ?? path
}
