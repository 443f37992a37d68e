import { createHash } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { afterEach, beforeEach } from "vitest"
import { temporaryFolder } from "./temporary-folder.ts"

/** Answers a request in place of the server when it returns true. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean

/** Every request is answered so. */
export function always(answer: (request: IncomingMessage, response: ServerResponse) => void): Intercept {
	return (request, response) => {
		answer(request, response)
		return true
	}
}

export interface SeenRequest {
	readonly host: "hub" | "storage"
	readonly path: string
	readonly headers: IncomingMessage["headers"]
}

/** A file larger than this is stored elsewhere, as with Git LFS. */
const largestSmallFile = 100
/** So few that lists have several pages. */
const pageSize = 3

export const commit = "0123456789abcdef0123456789abcdef01234567"
export const token = "hf_secretSECRETsecret"

/** A Hub with one repository on this machine, which keeps its large files on another port: the storage. */
export class HubServer {
	readonly files = new Map<string, Buffer>()
	readonly seen: SeenRequest[] = []
	id = "org/tiny"
	kind = "models"
	revisions = new Map([
		["main", commit],
		["refs/pr/1", commit],
	])
	intercept: Intercept = () => false
	interceptStorage: Intercept = () => false
	/** What the list says of a file, where that is not the truth. */
	listed = new Map<string, Buffer>()
	#cache = ""
	readonly #hub = createServer((request, response) => this.#answerHub(request, response))
	readonly #storage = createServer((request, response) => this.#answerStorage(request, response))

	async start(cache: string): Promise<void> {
		this.#cache = cache
		for (const server of [this.#hub, this.#storage]) {
			await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
		}
	}

	async stop(): Promise<void> {
		for (const server of [this.#hub, this.#storage]) {
			server.closeAllConnections()
			await new Promise((resolve) => server.close(resolve))
		}
	}

	get endpoint(): string {
		return origin(this.#hub)
	}

	get storage(): string {
		return origin(this.#storage)
	}

	/** The environment in which this is the Hub. */
	get env(): Record<string, string> {
		return { HOME: this.#cache, HF_ENDPOINT: this.endpoint, HF_HUB_CACHE: this.#cache, HF_TOKEN: token }
	}

	/** The folder of the repository in the cache. */
	get folder(): string {
		return join(this.#cache, `${this.kind}--${this.id.replace("/", "--")}`)
	}

	/** Paths of the files that were asked for, of both hosts: `resolve` on the Hub, or from the storage. */
	get downloads(): readonly string[] {
		return this.seen
			.filter(({ path }) => !path.startsWith("/api/"))
			.map(({ host, path }) => `${host} ${path.split("/").at(-1)}`)
	}

	#answerHub(request: IncomingMessage, response: ServerResponse): void {
		this.#see("hub", request)
		if (this.intercept(request, response)) return
		const url = new URL(request.url!, this.endpoint)
		const path = decodeURIComponent(url.pathname)
		const api = `/api/${this.kind}/${this.id}`
		const files = `/${this.kind === "models" ? "" : `${this.kind}/`}${this.id}/resolve/`
		if (path.startsWith(`${api}/revision/`)) this.#sendInfo(path.slice(`${api}/revision/`.length), response)
		else if (path.startsWith(`${api}/tree/`)) this.#sendTree(url, response)
		else if (path.startsWith(files)) this.#sendFile(path.slice(files.length + 41), request, response)
		else refuse(response, 404, "RepoNotFound")
	}

	#answerStorage(request: IncomingMessage, response: ServerResponse): void {
		this.#see("storage", request)
		if (this.interceptStorage(request, response)) return
		const hash = new URL(request.url!, this.storage).pathname.slice(1)
		const bytes = [...this.files.values()].find((file) => sha256(file) === hash)
		if (bytes === undefined) refuse(response, 404)
		else sendBytes(bytes, request, response)
	}

	#see(host: SeenRequest["host"], { url, headers }: IncomingMessage): void {
		this.seen.push({ host, path: decodeURIComponent(url!.replace(/\?.*/, "")), headers })
	}

	#sendInfo(revision: string, response: ServerResponse): void {
		const sha = this.revisions.get(revision)
		if (sha === undefined) refuse(response, 404, "RevisionNotFound")
		else sendJson(response, { _id: "1", id: this.id, sha, lastModified: "2026-01-01T00:00:00.000Z" })
	}

	#sendTree(url: URL, response: ServerResponse): void {
		const entries = [...this.files].map(([path, bytes]) => listing(path, this.listed.get(path) ?? bytes))
		const folders = [...new Set([...this.files.keys()].flatMap((path) => path.split("/").slice(0, -1)))]
		const all = [...folders.map((path) => ({ type: "directory", path, size: 0, oid: "" })), ...entries]
		const begin = Number(url.searchParams.get("cursor") ?? 0)
		const end = begin + pageSize
		if (end < all.length) {
			url.searchParams.set("cursor", String(end))
			response.setHeader("link", `<${url.href}>; rel="next"`)
		}
		sendJson(response, all.slice(begin, end))
	}

	#sendFile(path: string, request: IncomingMessage, response: ServerResponse): void {
		const bytes = this.files.get(path)
		if (bytes === undefined) refuse(response, 404, "EntryNotFound")
		else if (bytes.length <= largestSmallFile) sendBytes(bytes, request, response)
		else response.writeHead(302, { location: `${this.storage}/${sha256(bytes)}?signature=signed` }).end()
	}
}

/** Starts a Hub for every test of the file, with a cache of its own. */
export function hubServer(): () => HubServer {
	const folder = temporaryFolder()
	let hub = new HubServer()
	beforeEach(async () => {
		hub = new HubServer()
		await hub.start(folder())
	})
	afterEach(() => hub.stop())
	return () => hub
}

export function refuse(response: ServerResponse, status: number, code?: string): void {
	response.writeHead(status, code === undefined ? {} : { "x-error-code": code }).end("refused\nin lines")
}

function sendJson(response: ServerResponse, value: unknown): void {
	response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value))
}

function sendBytes(bytes: Buffer, { headers }: IncomingMessage, response: ServerResponse): void {
	const begin = /^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1]
	if (begin === undefined) response.writeHead(200, { "content-length": bytes.length }).end(bytes)
	else {
		const range = `bytes ${begin}-${bytes.length - 1}/${bytes.length}`
		response.writeHead(206, { "content-range": range }).end(bytes.subarray(Number(begin)))
	}
}

/** Sends a beginning and cuts the connection. */
export function sendCut(bytes: Buffer, length: number, response: ServerResponse): void {
	response.writeHead(200, { "content-length": bytes.length })
	response.write(bytes.subarray(0, length), () => setTimeout(() => response.destroy(), 20))
}

export function sha256(bytes: Buffer): string {
	return createHash("sha256").update(bytes).digest("hex")
}

export function gitHash(bytes: Buffer): string {
	return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex")
}

/** The name of the blob of a file. */
export function etag(bytes: Buffer): string {
	return bytes.length > largestSmallFile ? sha256(bytes) : gitHash(bytes)
}

/** Bytes that differ from each other and are the same every time. */
export function someBytes(length: number): Buffer {
	return Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 2654435761) >>> 13))
}

function listing(path: string, bytes: Buffer): object {
	const small = { type: "file", path, size: bytes.length, oid: gitHash(bytes) }
	if (bytes.length <= largestSmallFile) return small
	const pointer = Buffer.from(`oid sha256:${sha256(bytes)}`)
	return {
		...small,
		oid: gitHash(pointer),
		lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: pointer.length },
	}
}

function origin(server: Server): string {
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
