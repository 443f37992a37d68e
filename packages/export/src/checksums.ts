import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { readdir, readFile, writeFile } from "node:fs/promises"
import { isAbsolute, join, relative, resolve, sep } from "node:path"
import { excerpt, InvalidInputError } from "@winnow/tensor"

/** The file that lists the others, as `sha256sum -c` reads it. */
export const checksumFile = "SHA256SUMS"

/**
 * Writes SHA256SUMS: a line for every file of a folder and below, hidden ones left out, in the order of their paths.
 *
 * @example
 * await writeChecksums("out/sst2") // then: cd out/sst2 && sha256sum -c SHA256SUMS
 */
export async function writeChecksums(folder: string): Promise<void> {
	await writeFile(join(folder, checksumFile), await checksums(folder))
}

/** How a folder's files differ from its SHA256SUMS: paths within it, with forward slashes. */
export interface CheckedFiles {
	/** How many files there are, besides the list. */
	readonly count: number
	/** Listed, and not as they were written. The list itself is among them where it is none that `writeChecksums` writes. */
	readonly changed: readonly string[]
	/** Listed and not there. */
	readonly missing: readonly string[]
	/** Not listed. */
	readonly added: readonly string[]
}

/**
 * Compares every file of a folder, hidden ones left out, with its SHA256SUMS.
 *
 * The list itself must be what `writeChecksums` would write, byte for byte: nothing in the folder can change unseen but all of it.
 *
 * @throws {InvalidInputError} when the folder has no such list, or the list names a path outside the folder
 */
export async function checkFiles(folder: string): Promise<CheckedFiles> {
	const listed = await readFile(join(folder, checksumFile), "utf8").catch(() => {
		throw new InvalidInputError(folder, checksumFile, "in the folder", "missing")
	})
	refuseOutside(listed, folder)
	const actual = await checksums(folder)
	const [then, now] = [checksumsIn(listed), checksumsIn(actual)]
	const missing = [...then.keys()].filter((path) => !now.has(path))
	const added = [...now.keys()].filter((path) => !then.has(path))
	const changed = [...then].flatMap(([path, hash]) => (now.has(path) && now.get(path) !== hash ? [path] : []))
	const isSame = changed.length + missing.length + added.length === 0
	const isListChanged = listed !== listOf(then) || (isSame && listed !== actual)
	return { count: now.size, changed: isListChanged ? [checksumFile, ...changed] : changed, missing, added }
}

/** `sha256sum -c` would read whatever a list names: one that leads out of its folder is none of ours. */
function refuseOutside(list: string, folder: string): void {
	for (const [index, line] of list.split("\n").entries()) {
		for (const path of checksumsIn(line).keys()) {
			if (isWithin(folder, path)) continue
			const where = join(folder, checksumFile)
			throw new InvalidInputError(where, `line ${index + 1}`, "a path within the folder", excerpt(path))
		}
	}
}

function isWithin(folder: string, path: string): boolean {
	const [first] = relative(folder, resolve(folder, path)).split(sep)
	return !isAbsolute(path) && first !== ".."
}

async function checksums(folder: string): Promise<string> {
	const hashes = new Map<string, string>()
	for (const path of await filesIn(folder)) hashes.set(path, await sha256Of(join(folder, path)))
	return listOf(hashes)
}

function listOf(hashes: ReadonlyMap<string, string>): string {
	return [...hashes].map(([path, hash]) => `${hash}  ${path}\n`).join("")
}

/**
 * Files of a folder and below, but for hidden ones and SHA256SUMS: paths within it, with forward slashes whatever the platform's, sorted.
 */
export async function filesIn(folder: string): Promise<readonly string[]> {
	const entries = await readdir(folder, { withFileTypes: true, recursive: true })
	return entries
		.filter((entry) => !entry.isDirectory())
		.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
		.filter((path) => path !== checksumFile && !path.split("/").some((part) => part.startsWith(".")))
		.sort()
}

export async function sha256Of(path: string): Promise<string> {
	const hash = createHash("sha256")
	for await (const block of createReadStream(path)) hash.update(block)
	return hash.digest("hex")
}

/** What a list says: hashes by path. Lines that are none are left out. */
export function checksumsIn(text: string): ReadonlyMap<string, string> {
	const lines = text.split("\n").map((line) => /^([0-9a-f]{64}) {2}(.+)$/.exec(line))
	return new Map(lines.flatMap((match) => (match === null ? [] : [[match[2]!, match[1]!] as const])))
}
