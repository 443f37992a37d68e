import { access, readdir, rename, rm } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { systemCode } from "../files/system-error.ts"
import { isAbandoned, outputNameOf, type Temporary, temporaryOf } from "../files/temporary-path.ts"
import { actualPath } from "./actual-path.ts"

export interface LeftoversOptions {
	/** Told what is about to be done, a sentence each. */
	readonly onNote?: ((note: string) => void) | undefined
}

/**
 * Clears up beside an output what runs left there that were killed: half-built outputs are removed, and an earlier output that had been moved
 * aside for a new one is put back.
 *
 * Only what `temporaryPath` named, on this machine, by a process that has ended. What cannot be removed stays, and is said.
 *
 * @example
 * await clearLeftovers("out/sst2", { onNote: console.error })
 */
export async function clearLeftovers(output: string, { onNote }: LeftoversOptions = {}): Promise<void> {
	// A link that leads nowhere is for others to refuse.
	const path = await actualPath(output, "a file or a folder").catch(() => resolve(output))
	const folder = dirname(path)
	const names = await readdir(folder).catch(() => [])
	for (const name of names.sort()) {
		const temporary = temporaryOf(name)
		if (temporary === undefined || !isAbandoned(temporary)) continue
		await clear(join(folder, name), temporary, { candidates: [basename(path)], onNote })
	}
}

async function clear(
	path: string,
	temporary: Temporary,
	{ candidates, onNote }: LeftoversOptions & { readonly candidates: readonly string[] },
): Promise<void> {
	try {
		if (temporary.purpose === "old") {
			const name = outputNameOf(temporary, candidates)
			// Whose place it had nobody can tell: a run for that output will know.
			if (name === undefined) return
			const place = join(dirname(path), name)
			if (!(await exists(place))) {
				onNote?.(`${place}: a run that was killed had moved this earlier output aside: it is put back`)
				return await rename(path, place)
			}
		}
		onNote?.(`${path}: left by a run that was killed: it is removed`)
		await rm(path, { recursive: true, force: true, maxRetries: 3 })
	} catch (error) {
		// Another run may clear up at the same time.
		if (systemCode(error) !== "ENOENT") onNote?.(`${path}: it could not be removed (${systemCode(error) ?? error})`)
	}
}

function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	)
}
