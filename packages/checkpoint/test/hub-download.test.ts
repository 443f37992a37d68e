import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { InvalidInputError, type Progress } from "@winnow/tensor"
import {
	always,
	commit,
	gitHash,
	type HubServer,
	hubServer,
	type Intercept,
	sendCut,
	sha256,
	someBytes,
} from "@winnow/testing/hub"
import { beforeEach, expect, test } from "vitest"
import { downloadSnapshot, type SnapshotOptions } from "../src/hub.ts"

const start = hubServer()
let hub: HubServer
const path = "model.safetensors"
const bytes = someBytes(200_000)
const files = () => [path]
const snapshot = (options: Partial<SnapshotOptions> = {}) =>
	downloadSnapshot({ id: hub.id }, { files, env: hub.env, sleep: async () => {}, ...options })
const hashOf = (file: string) => sha256(readFileSync(file))
const blobs = () => readdirSync(join(hub.folder, "blobs"))
const left = `${sha256(bytes)}.winnow.incomplete`
const ranges = () => hub.seen.filter(({ host }) => host === "storage").map(({ headers }) => headers.range)

/** Cuts the first so many downloads after `length` bytes each. */
function cutting(times: number, length: number): Intercept {
	return (request, response) => {
		if (times-- <= 0) return false
		const begin = Number(/\d+/.exec(request.headers.range ?? "0")![0])
		const rest = bytes.subarray(begin)
		if (begin > 0) response.writeHead(206, { "content-range": `bytes ${begin}-${bytes.length - 1}/${bytes.length}` })
		if (begin > 0) response.write(rest.subarray(0, length), () => setTimeout(() => response.destroy(), 20))
		else sendCut(rest, length, response)
		return true
	}
}

/** Aborts a download once its first megabyte was reported. */
async function interrupted(large: Buffer): Promise<void> {
	hub.files.set(path, large)
	const { signal, onProgress } = abortAt(2 ** 20)
	await expect(snapshot({ signal, onProgress })).rejects.toThrow("enough")
}

function abortAt(done: number) {
	const controller = new AbortController()
	const onProgress = (progress: Progress) => {
		if (progress.done >= done && progress.done < progress.total) controller.abort(new Error("enough"))
	}
	return { signal: controller.signal, onProgress }
}

beforeEach(() => {
	hub = start()
	hub.files.set(path, bytes)
})

test("a connection that is cut goes on where it stopped, without a pause as long as bytes come", async () => {
	const pauses: number[] = []
	hub.interceptStorage = cutting(6, 30_000)
	const { folder } = await snapshot({ sleep: async (ms) => void pauses.push(ms) })
	expect(hashOf(join(folder, path))).toBe(sha256(bytes))
	expect(ranges()).toEqual([undefined, ...[1, 2, 3, 4, 5, 6].map((times) => `bytes=${times * 30_000}-`)])
	expect(pauses).toEqual([])
	expect(blobs()).toEqual([sha256(bytes)])
})

test.each([
	["before the answer", 0],
	["before the first byte", 20],
])("a connection that is cut %s is tried five times, with growing pauses", async (_, headersMs) => {
	const pauses: number[] = []
	hub.interceptStorage = always((request, response) => {
		if (headersMs > 0) response.writeHead(200, { "content-length": bytes.length }).flushHeaders()
		setTimeout(() => request.socket.destroy(), headersMs)
	})
	await expect(snapshot({ sleep: async (ms) => void pauses.push(ms) })).rejects.toThrow(/ must be reachable \(was /)
	expect(pauses).toEqual([1000, 2000, 4000, 8000])
	expect(ranges()).toHaveLength(5)
	expect(blobs()).toEqual([])
})

test("an interrupted download looks unfinished, and the next goes on with it", async () => {
	const large = someBytes(4_000_000)
	await interrupted(large)
	expect(blobs()).toEqual([`${sha256(large)}.winnow.incomplete`])
	expect(readdirSync(hub.folder).sort()).toEqual(["blobs", "trees"])
	const { length } = readFileSync(join(hub.folder, "blobs", blobs()[0]!))
	expect(length).toBeGreaterThanOrEqual(2 ** 20)
	hub.seen.length = 0
	const reports: Progress[] = []
	const { folder } = await snapshot({ onProgress: (progress) => reports.push(progress) })
	expect(ranges()).toEqual([`bytes=${length}-`])
	expect(reports[0]!.done).toBeGreaterThan(2 ** 20)
	expect(hashOf(join(folder, path))).toBe(sha256(large))
	expect(blobs()).toEqual([sha256(large)])
})

test("what a killed process or an older Python left is gone on with, too, the longest of it, and Python's stays", async () => {
	const before = await snapshot({ files: () => [] })
	expect(before.files).toEqual([])
	await snapshot()
	for (const name of blobs()) rmSync(join(hub.folder, "blobs", name))
	const beginnings = { "": 1000, ".winnow-0badcafe": 5000, ".winnow-00c0ffee": 3000 }
	for (const [infix, length] of Object.entries(beginnings)) {
		writeFileSync(join(hub.folder, "blobs", `${sha256(bytes)}${infix}.incomplete`), bytes.subarray(0, length))
	}
	hub.seen.length = 0
	const { folder } = await snapshot()
	expect(ranges()).toEqual(["bytes=5000-"])
	expect(hashOf(join(folder, path))).toBe(sha256(bytes))
	expect(blobs().sort()).toEqual([sha256(bytes), `${sha256(bytes)}.incomplete`])
})

test.each([
	["of other bytes", someBytes(5000).reverse(), ["bytes=5000-", undefined]],
	["as long as the file, of other bytes", someBytes(200_000).reverse(), [undefined]],
	["longer than the file", someBytes(200_001), [undefined]],
	["that is all of the file", bytes, []],
])("a beginning %s does not spoil the file", async (_, beginning, expected) => {
	await snapshot()
	rmSync(join(hub.folder, "blobs", sha256(bytes)))
	writeFileSync(join(hub.folder, "blobs", left), beginning)
	hub.seen.length = 0
	const { folder } = await snapshot()
	expect(ranges()).toEqual(expected)
	expect(hashOf(join(folder, path))).toBe(sha256(bytes))
	expect(blobs()).toEqual([sha256(bytes)])
})

test("a host that knows no ranges sends all of it again", async () => {
	const cut = cutting(1, 30_000)
	hub.interceptStorage = (request, response) => {
		if (cut(request, response)) return true
		response.writeHead(200).end(bytes)
		return true
	}
	const { folder } = await snapshot()
	expect(ranges()).toEqual([undefined, "bytes=30000-"])
	expect(hashOf(join(folder, path))).toBe(sha256(bytes))
})

test("a part that begins elsewhere is refused", async () => {
	const cut = cutting(1, 30_000)
	hub.interceptStorage = (request, response) => {
		if (cut(request, response)) return true
		response.writeHead(206, { "content-range": "bytes 0-9/200000" }).end(bytes.subarray(0, 10))
		return true
	}
	await expect(snapshot()).rejects.toThrow(
		new InvalidInputError(hub.id, `the part of file ${path}`, "from byte 30000 on", "bytes 0-9/200000"),
	)
})

test("a file of another hash than the list says is refused, and nothing of it stays", async () => {
	const other = someBytes(200_000).reverse()
	hub.listed.set(path, other)
	await expect(snapshot()).rejects.toThrow(
		new InvalidInputError(hub.id, `the SHA-256 of file ${path}`, sha256(other), sha256(bytes)),
	)
	expect(blobs()).toEqual([])
	const config = [Buffer.from('{"a": 1}'), Buffer.from('{"a": 2}')] as const
	hub.revisions.set("main", "a".repeat(40))
	hub.files.set("config.json", config[0])
	hub.listed.set("config.json", config[1])
	await expect(snapshot({ files: () => ["config.json"] })).rejects.toThrow(
		new InvalidInputError(hub.id, "the Git hash of file config.json", gitHash(config[1]), gitHash(config[0])),
	)
	expect(blobs()).toEqual([])
	expect(readdirSync(hub.folder).sort()).toEqual(["blobs", "trees"])
})

test("a file that is longer than the list says is refused before all of it has come", async () => {
	hub.listed.set(path, bytes.subarray(0, 1000))
	await expect(snapshot()).rejects.toThrow(new InvalidInputError(hub.id, `file ${path}`, "1000 bytes long", "longer"))
	expect(blobs()).toEqual([])
})

test("an empty file is a file", async () => {
	hub.files.set("vocab.txt", Buffer.alloc(0))
	const { folder } = await snapshot({ files: () => ["vocab.txt"] })
	expect(readFileSync(join(folder, "vocab.txt"), "utf8")).toBe("")
})

test("downloads of one file at once do not spoil each other", async () => {
	const large = someBytes(3_000_000)
	hub.files.set(path, large)
	const { signal, onProgress } = abortAt(2 ** 21)
	// Unless another has the file before this one comes as far.
	const aborted = snapshot({ signal, onProgress }).catch((error: Error) => expect(error.message).toBe("enough"))
	const results = await Promise.all([snapshot(), snapshot(), snapshot()])
	await aborted
	for (const { folder } of results) expect(hashOf(join(folder, path))).toBe(sha256(large))
	await snapshot()
	expect(hashOf(join(hub.folder, "blobs", sha256(large)))).toBe(sha256(large))
	expect(readdirSync(join(hub.folder, "snapshots", commit))).toEqual([path])
})

test("an abort before the start, or while waiting for an answer, rejects with its reason", async () => {
	const reason = new Error("not today")
	await expect(snapshot({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
	expect(hub.seen).toEqual([])
	const controller = new AbortController()
	hub.intercept = always(() => controller.abort(reason))
	await expect(snapshot({ signal: controller.signal })).rejects.toBe(reason)
})
