import { lstat, mkdir, rmdir, stat, statfs } from "node:fs/promises"
import { dirname, join, relative, sep } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { systemCode, systemError } from "../files/system-error.ts"
import { temporaryPath } from "../files/temporary-path.ts"

/** What an output is, for messages: `the output folder`. */
export type OutputKind = "the output folder" | "the output file"

/**
 * Refuses a place where an output could not be written: below a file, under too long a name, without permission. Permissions, read-only disks
 * and links tell too little; only making something shows that it can be made: a hidden folder, which is removed at once.
 *
 * @param output - as the user gave it, for messages
 * @param path - absolute
 */
export async function refuseUnwritable(output: string, path: string, kind: OutputKind): Promise<void> {
	const existing = await nearestExisting(dirname(path))
	try {
		await refuseLongNames(path, existing)
		const probe = join(existing, relative(dirname(path), temporaryPath(path, "new")))
		await mkdir(probe)
		await rmdir(probe)
	} catch (error) {
		throw systemError(error, output, kind, "in a writable place")
	}
}

/** Parents that are not there yet are tried one by one. */
async function refuseLongNames(path: string, existing: string): Promise<void> {
	const names = relative(existing, path).split(sep)
	for (const tried of [path, ...names.map((name) => join(existing, name))]) {
		await lstat(tried).catch((error) => {
			if (systemCode(error) === "ENAMETOOLONG") throw error
		})
	}
}

/**
 * Refuses a disk with less room than an output takes.
 *
 * @param output - as the user gave it; it need not be there
 * @param bytes - what the output takes at least
 * @throws {InvalidInputError} saying how much is needed, and where
 * @example
 * await refuseFullDisk("out/sst2", 90e6)
 */
export async function refuseFullDisk(output: string, bytes: number): Promise<void> {
	const existing = await nearestExisting(output)
	// Some network disks do not say: writing will tell.
	const disk = await statfs(existing).catch(() => undefined)
	if (disk === undefined || disk.blocks === 0) return
	const free = disk.bavail * disk.bsize
	if (free < bytes) throw fullDisk(output, { folder: existing, bytes, left: megabytes(free) })
}

/** The line for a disk that was full before the output was complete; any other error of the operating system in one line, too. */
export function writingError(
	error: unknown,
	output: string,
	o: { folder: string; bytes: number | undefined },
): unknown {
	const code = systemCode(error) ?? (error instanceof Error ? systemCode(error.cause) : undefined)
	if (code === "ENOSPC" || code === "EDQUOT") return fullDisk(output, { ...o, left: "none left", cause: error })
	return systemError(error, output, "the output", "writable")
}

function fullDisk(
	output: string,
	{ folder, bytes, left, cause }: { folder: string; bytes: number | undefined; left: string; cause?: unknown },
): InvalidInputError {
	const needed = bytes === undefined ? "enough for the output" : `at least ${megabytes(bytes)}, which the output takes`
	return new InvalidInputError(output, `free space in ${folder}`, needed, left, { cause })
}

function megabytes(bytes: number): string {
	return `${(bytes / 1e6).toFixed(1)} MB`
}

async function nearestExisting(folder: string): Promise<string> {
	const found = await stat(folder).then(
		() => true,
		() => false,
	)
	return found || folder === dirname(folder) ? folder : nearestExisting(dirname(folder))
}
