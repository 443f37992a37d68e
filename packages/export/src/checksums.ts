import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { readdir, readFile, writeFile } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import { InvalidInputError } from "@winnow/tensor"

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

/** What came of looking at every file of a folder. */
export interface CheckedFiles {
	/** How many there are, besides the list. */
	readonly count: number
	/** Those that are not as they were, one line each in the form of an error. */
	readonly failures: readonly string[]
}

/**
 * Compares every file of a folder with its SHA256SUMS.
 *
 * The list itself must be what `writeChecksums` would write, byte for byte: nothing in the folder can change unseen but all of it.
 *
 * @throws {InvalidInputError} when the folder has no such list
 */
export async function checkFiles(folder: string): Promise<CheckedFiles> {
	const listed = await readFile(join(folder, checksumFile), "utf8").catch(() => {
		throw new InvalidInputError(folder, checksumFile, "in the folder", "missing")
	})
	const actual = await checksums(folder)
	const [then, now] = [entriesOf(listed), entriesOf(actual)]
	return { count: now.size, failures: listed === actual ? [] : differences(folder, then, now) }
}

type Entries = ReadonlyMap<string, string>

function differences(folder: string, then: Entries, now: Entries): readonly string[] {
	const lines = [
		...[...then].flatMap(([path, hash]) => {
			if (!now.has(path)) return [`${join(folder, path)}: the file must be there (was missing)`]
			return now.get(path) === hash ? [] : [`${join(folder, path)}: the file must be as it was written (was changed)`]
		}),
		...[...now.keys()]
			.filter((path) => !then.has(path))
			.map((path) => `${join(folder, path)}: every file must be listed in ${checksumFile} (was not)`),
	]
	return lines.length > 0 ? lines : [`${join(folder, checksumFile)}: the list must be as it was written (was changed)`]
}

async function checksums(folder: string): Promise<string> {
	let lines = ""
	for (const path of await filesIn(folder)) lines += `${await sha256Of(join(folder, path))}  ${path}\n`
	return lines
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

async function sha256Of(path: string): Promise<string> {
	const hash = createHash("sha256")
	for await (const block of createReadStream(path)) hash.update(block)
	return hash.digest("hex")
}

function entriesOf(text: string): Entries {
	const lines = text.split("\n").map((line) => /^([0-9a-f]{64}) {2}(.+)$/.exec(line))
	return new Map(lines.flatMap((match) => (match === null ? [] : [[match[2]!, match[1]!] as const])))
}
