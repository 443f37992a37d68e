import { statfs } from "node:fs/promises"
import { availableParallelism, totalmem } from "node:os"
import type { Check } from "./diagnosis.ts"

/** In GiB. Pruning a model of 22 M parameters on 2,048 rows takes 1.1 at its peak, and its result a twentieth of that on disk. */
const enough = { memory: 2, disk: 1 }

export function threadsCheck(): Check {
	const count = availableParallelism()
	const finding = `${count}, as many as this process may use (--threads takes another number)`
	return { name: "threads", state: "ok", finding }
}

/** Of the process, which may have less than the machine. */
export function memoryCheck(available: number = process.availableMemory(), total: number = totalmem()): Check {
	const finding = `${gib(available)} of ${gib(total)} GiB available`
	if (available >= enough.memory * 2 ** 30) return { name: "memory", state: "ok", finding }
	const remedy = "close other programs, or calibrate on fewer rows (--samples 512)"
	return { name: "memory", state: "warning", finding, remedy }
}

/** Of a folder; the current one is where relative paths of results lead. */
export async function diskCheck(folder = "."): Promise<Check> {
	const remedy = "make room, or let --out name a folder on another disk"
	const free = await statfs(folder).then(
		({ bavail, bsize }) => bavail * bsize,
		() => undefined,
	)
	if (free === undefined)
		return { name: "disk", state: "warning", finding: "the current folder cannot be read", remedy }
	const finding = `${gib(free)} GiB free in the current folder`
	if (free >= enough.disk * 2 ** 30) return { name: "disk", state: "ok", finding }
	return { name: "disk", state: "warning", finding, remedy }
}

export function cachesCheck(): Check {
	const finding = "none: a run reads what it is given, and --curves reuses what an earlier result holds"
	return { name: "caches", state: "ok", finding }
}

function gib(bytes: number): string {
	return (bytes / 2 ** 30).toFixed(1)
}
