import { readdirSync, readFileSync, statSync } from "node:fs"
import { inspect } from "node:util"
import { InvalidInputError, WinnowError } from "@winnow/tensor"
import { always, type HubServer, hubServer, refuse, sha256, someBytes, token } from "@winnow/testing/hub"
import { beforeEach, expect, test } from "vitest"
import { downloadSnapshot, type HubRepo, type SnapshotOptions } from "../src/hub.ts"

const start = hubServer()
let hub: HubServer
const weights = someBytes(200)
const sleep = async () => {}
const snapshot = (repo: Partial<HubRepo> = {}, options: Partial<SnapshotOptions> = {}) =>
	downloadSnapshot({ id: hub.id, ...repo }, { files: ({ paths }) => paths, env: hub.env, sleep, ...options })

/** Every request is refused so. */
function refusing(status: number, code?: string): void {
	hub.intercept = always((_, response) => refuse(response, status, code))
}

beforeEach(() => {
	hub = start()
	hub.files.set("model.safetensors", weights)
})

const anonymous = () => ({ env: { ...hub.env, HF_TOKEN: "" } })
const refusal = (what: string, expected: string, actual: string) =>
	new InvalidInputError(hub.id, what, expected, actual)

test("a repository that does not exist is not found, as model and as data set", async () => {
	await expect(snapshot({ id: "org/none" })).rejects.toThrow(
		new InvalidInputError("org/none", "the repository", "on the Hub", "not found, or private to others (404)"),
	)
	await expect(snapshot({ kind: "dataset" })).rejects.toThrow(`datasets/${hub.id}: the repository must be on the Hub`)
})

test("a revision and a file that do not exist are not found", async () => {
	await expect(snapshot({ revision: "v2" })).rejects.toThrow(refusal("revision v2", "in the repository", "not found"))
	await expect(snapshot({ revision: "e".repeat(40) }, { files: () => ["x"] })).rejects.toThrow("file x must be in the")
	refusing(404, "RevisionNotFound")
	await expect(snapshot({ revision: "a".repeat(40) })).rejects.toThrow(`revision ${"a".repeat(40)} must be in the repo`)
	hub.intercept = (request, response) => {
		if (!request.url!.includes("/resolve/")) return false
		refuse(response, 404, "EntryNotFound")
		return true
	}
	await expect(snapshot()).rejects.toThrow(refusal("file model.safetensors", "in the repository", "missing"))
})

test("401 is told apart: without a token a private repository, with one a bad token", async () => {
	refusing(401, "RepoNotFound")
	await expect(snapshot({}, anonymous())).rejects.toThrow(
		refusal("the repository", "public, or readable with a token in HF_TOKEN", "private or not found (401)"),
	)
	const expected = "valid and allowed to read the repository"
	await expect(snapshot()).rejects.toThrow(
		refusal("the token", expected, "refused, or there is no such repository (401)"),
	)
})

test.each([401, 403])("a gated repository is named so, with the page to ask on (%d)", async (status) => {
	refusing(status, "GatedRepo")
	const expected = `granted to the account of a token in HF_TOKEN: ask for it on ${hub.endpoint}/${hub.id}`
	await expect(snapshot()).rejects.toThrow(refusal("access", expected, "gated"))
})

test("403 and other refusals are told with their status", async () => {
	refusing(403)
	await expect(snapshot()).rejects.toThrow(
		refusal("the repository", "readable for the account of the token", "forbidden (403)"),
	)
	refusing(410)
	await expect(snapshot()).rejects.toThrow(refusal("revision main", "served by the Hub", "HTTP 410"))
})

test("what another host refuses is not blamed on the repository", async () => {
	hub.interceptStorage = always((_, response) => refuse(response, 401))
	await expect(snapshot()).rejects.toThrow(refusal("file model.safetensors", `served by ${hub.storage}`, "HTTP 401"))
})

test.each(["", "a", "a/b/c", "../b", "a/..", "a/b.git", "a--b/c", "a/-b", "a b/c", "a/b?c", "a/%2e"])(
	"%j is no name of a repository, or one of the Hub's early days",
	async (id) => {
		if (id === "a") return expect(snapshot({ id })).rejects.toThrow("not found")
		await expect(snapshot({ id })).rejects.toThrow(
			new InvalidInputError("the Hugging Face Hub", "the name of a repository", "org/name", JSON.stringify(id)),
		)
		expect(hub.seen).toEqual([])
	},
)

test.each(["", "../main", "a//b", "/a", "a/", ".hidden", "a\\b", "a..b", "a b", "main?x"])(
	"%j is no revision",
	async (revision) => {
		await expect(snapshot({ revision })).rejects.toThrow(
			refusal("the revision", "a branch, a tag, refs/pr/N or a commit", JSON.stringify(revision)),
		)
		expect(hub.seen).toEqual([])
	},
)

const hash = sha256(weights)

test.each<[string, (hub: HubServer) => Partial<HubRepo> | undefined]>([
	["a refused token", () => void refusing(401)],
	["a forbidden repository", () => void refusing(403)],
	["a gated repository", () => void refusing(403, "GatedRepo")],
	["a missing repository", () => ({ id: "org/none" })],
	["a missing revision", () => ({ revision: "v2" })],
	["a server out of order", () => void refusing(503)],
	["too many requests", () => void refusing(429)],
	["an answer of another form", () => void (hub.intercept = always((_, response) => response.end("no")))],
	["a broken connection", () => void (hub.intercept = always((request) => request.socket.destroy()))],
	["a host that refuses", () => void (hub.interceptStorage = always((_, response) => refuse(response, 403)))],
	["a host that breaks off", () => void (hub.interceptStorage = always((request) => request.socket.destroy()))],
	["a wrong hash", () => void hub.listed.set("model.safetensors", someBytes(200).reverse())],
	["a file that is too long", () => void hub.listed.set("model.safetensors", someBytes(150))],
	["a list that leads out", () => void hub.files.set("../x", weights)],
])("the error of %s is one line without the token and the signature of a redirect", async (_, spoil) => {
	const repo = spoil(hub) ?? {}
	const said: unknown[] = []
	const error = await snapshot(repo, { onProgress: (progress) => said.push(progress) }).catch((error) => error)
	expect(error).toBeInstanceOf(InvalidInputError)
	expect(WinnowError.is(error)).toBe(true)
	expect(error.message).not.toContain("\n")
	const everything = inspect([error, said], { depth: 20, showHidden: true })
	expect(everything).not.toContain(token)
	expect(everything).not.toContain("signed")
	expect(everything).not.toContain(`/${hash}`)
})

test("the token is in no file of the cache", async () => {
	const { folder } = await snapshot()
	const files = readdirSync(hub.folder, { recursive: true, encoding: "utf8" }).map((name) => `${hub.folder}/${name}`)
	expect(files.length).toBeGreaterThan(6)
	for (const file of files) if (statSync(file).isFile()) expect(readFileSync(file, "latin1")).not.toContain(token)
	expect(folder).not.toContain(token)
})
