import { createHash, randomUUID } from "node:crypto"
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"
import { basename, dirname, join } from "node:path"

/** What a hidden sibling of an output is: the output while it is being built, or the earlier one while it is being replaced. */
type Purpose = "new" | "old"

/** A hidden sibling that some run made. */
export interface Temporary {
	readonly purpose: Purpose
	/** The name of the output, as far as the sibling's name has room for it. */
	readonly label: string
	/** Of the output's whole name. */
	readonly nameHash: string
	readonly owner: Owner
}

/** A process, so that others can tell whether it still runs. What the system does not say is `unknown`. */
interface Owner {
	/** Of the machine's name and, where processes are numbered anew in a container, of that numbering. */
	readonly machine: string
	/** Of the machine's last start. */
	readonly boot: string
	readonly pid: number
	/** When the process started, in the system's own unit: a number is given to another process some day. */
	readonly start: string
}

const unknown = "x"
const pattern = /^\.(.+)\.winnow-(new|old)-([0-9a-f]{8})-([0-9a-f]{8})-([0-9a-f]{8}|x)-(\d+)-(\d+|x)-[0-9a-f]{8}$/su

/**
 * A path beside an output, hidden, on the same disk, not in use, whose name says which process made it.
 *
 * @example
 * temporaryPath("out/sst2", "new") // => "out/.sst2.winnow-new-5f0c…-4242-81234-…"
 */
export function temporaryPath(path: string, purpose: Purpose): string {
	const name = basename(path)
	const { machine, boot, pid, start } = thisProcess()
	const parts = [purpose, shortHash(name), machine, boot, pid, start, randomUUID().slice(0, 8)]
	return join(dirname(path), `.${labelOf(name)}.winnow-${parts.join("-")}`)
}

/** What the name of a file or folder says, if `temporaryPath` made it. */
export function temporaryOf(name: string): Temporary | undefined {
	const match = pattern.exec(name)
	if (match === null) return undefined
	const [, label, purpose, nameHash, machine, boot, pid, start] = match as unknown as string[]
	const owner = { machine: machine!, boot: boot!, pid: Number(pid), start: start! }
	return { purpose: purpose as Purpose, label: label!, nameHash: nameHash!, owner }
}

/** The name of the output that a sibling belongs to; undefined where it was too long to be kept and is none of `candidates`. */
export function outputNameOf({ label, nameHash }: Temporary, candidates: readonly string[] = []): string | undefined {
	return [label, ...candidates].find((name) => shortHash(name) === nameHash)
}

/** Whether it is certain that the process which made a sibling has ended. */
export function isAbandoned({ owner }: Temporary): boolean {
	const own = thisProcess()
	if (owner.machine !== own.machine) return false
	if (![owner.boot, own.boot].includes(unknown) && owner.boot !== own.boot) return true
	if (!isRunning(owner.pid)) return true
	const start = startOf(owner.pid)
	return ![owner.start, start].includes(unknown) && owner.start !== start
}

/** Room is left for the rest of a name, which may have 255 bytes; a character has up to four. */
const labelOf = (name: string) => [...name].slice(0, 32).join("")

let identity: Owner | undefined
function thisProcess(): Owner {
	identity ??= {
		machine: shortHash(`${hostname()}\n${attempted(() => readlinkSync("/proc/self/ns/pid"))}`),
		boot: bootOf(),
		pid: process.pid,
		start: startOf(process.pid),
	}
	return identity
}

function bootOf(): string {
	const id = attempted(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"))
	return id === undefined ? unknown : shortHash(id)
}

/** Linux's field 22, in clock ticks since the machine started; the second field is a name in brackets, of any characters. */
function startOf(pid: number): string {
	const stat = attempted(() => readFileSync(`/proc/${pid}/stat`, "utf8"))
	return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? unknown
}

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0)
	} catch (error) {
		return (error as NodeJS.ErrnoException).code !== "ESRCH"
	}
}

function attempted<Result>(read: () => Result): Result | undefined {
	try {
		return read()
	} catch {
		return undefined
	}
}

function shortHash(text: string): string {
	return createHash("sha256").update(text).digest("hex").slice(0, 8)
}
