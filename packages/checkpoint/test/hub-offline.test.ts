import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { always, commit, etag, type HubServer, hubServer, refuse, someBytes } from "@winnow/testing/hub"
import { beforeEach, expect, test } from "vitest"
import { downloadSnapshot, type FileChoice, type HubRepo, modelFiles } from "../src/hub.ts"

const start = hubServer()
let hub: HubServer
const sleep = async () => {}
const everything: FileChoice = ({ paths }) => paths
const snapshot = (repo: Partial<HubRepo> = {}, files: FileChoice = modelFiles) =>
	downloadSnapshot({ id: hub.id, ...repo }, { files, env: hub.env, sleep })
const offline = (repo: Partial<HubRepo> = {}, files: FileChoice = modelFiles) =>
	downloadSnapshot({ id: hub.id, ...repo }, { files, env: { ...hub.env, HF_HUB_OFFLINE: "1" } })
const remedy = "download it once with a network, or give a local folder"

beforeEach(() => {
	hub = start()
	hub.files.set("config.json", Buffer.from('{"model_type": "bert"}'))
	hub.files.set("model.safetensors", someBytes(200))
	hub.files.set("onnx/model.onnx", someBytes(300))
})

/** The cache as Python leaves it, without a list of files as older versions do. */
function writePythonCache(paths: readonly string[]): string {
	const snapshot = join(hub.folder, "snapshots", commit)
	for (const path of paths) {
		const bytes = hub.files.get(path)!
		mkdirSync(join(hub.folder, "blobs"), { recursive: true })
		writeFileSync(join(hub.folder, "blobs", etag(bytes)), bytes)
		mkdirSync(dirname(join(snapshot, path)), { recursive: true })
		symlinkSync(`${path.includes("/") ? "../" : ""}../../blobs/${etag(bytes)}`, join(snapshot, path))
	}
	mkdirSync(join(hub.folder, "refs"), { recursive: true })
	writeFileSync(join(hub.folder, "refs", "main"), commit)
	return snapshot
}

test("offline, what was downloaded is found without a request", async () => {
	const online = await snapshot()
	hub.seen.length = 0
	expect(await offline()).toEqual({ ...online, offline: true })
	expect((await offline({ revision: commit })).commit).toBe(commit)
	expect(hub.seen).toEqual([])
})

test("without a network, too, and where the Hub is out of order", async () => {
	const online = await snapshot()
	hub.intercept = always((_, response) => refuse(response, 503))
	expect(await snapshot()).toEqual({ ...online, offline: true })
	const env = hub.env
	await hub.stop()
	expect(await downloadSnapshot({ id: hub.id }, { files: modelFiles, env })).toEqual({ ...online, offline: true })
	await hub.start(env.HF_HUB_CACHE!)
})

test("a refusal of the Hub is not hidden by a cached copy", async () => {
	await snapshot()
	hub.intercept = always((_, response) => refuse(response, 401, "RepoNotFound"))
	await expect(snapshot()).rejects.toThrow("the token must be valid")
})

test("the cache that Python made is read, its blobs are used and it is not touched", async () => {
	const folder = writePythonCache(["config.json", "model.safetensors", "onnx/model.onnx"])
	const result = await offline()
	expect(result).toEqual({ folder, commit, files: ["config.json", "model.safetensors"], offline: true })
	expect((await offline({}, everything)).files).toEqual([...hub.files.keys()])
	expect(readdirSync(hub.folder).sort()).toEqual(["blobs", "refs", "snapshots"])
	await snapshot()
	expect(hub.downloads).toEqual([])
})

test("a copied cache without links is read, too", async () => {
	const folder = join(hub.folder, "snapshots", commit)
	mkdirSync(folder, { recursive: true })
	for (const path of ["config.json", "model.safetensors"]) writeFileSync(join(folder, path), hub.files.get(path)!)
	await snapshot()
	expect(hub.downloads).toEqual([])
	expect((await offline()).files).toEqual(["config.json", "model.safetensors"])
})

test("without a cached copy one line says why the Hub is not asked and what to do", async () => {
	const missing = (what: string, reason: string, name = hub.id) =>
		new InvalidInputError(name, what, `in ${hub.folder}, for ${reason}: ${remedy}`, "not there")
	await expect(offline()).rejects.toThrow(missing("revision main", "HF_HUB_OFFLINE is set"))
	const env = hub.env
	await hub.stop()
	await expect(downloadSnapshot({ id: hub.id }, { files: modelFiles, env })).rejects.toThrow(
		missing("revision main", `${env.HF_ENDPOINT} cannot be reached (ECONNREFUSED)`),
	)
	await hub.start(env.HF_HUB_CACHE!)
	await snapshot()
	await expect(offline({ revision: "v2" })).rejects.toThrow(missing("revision v2", "HF_HUB_OFFLINE is set"))
	const other = "b".repeat(40)
	await expect(offline({ revision: other })).rejects.toThrow(missing(`revision ${other}`, "HF_HUB_OFFLINE is set"))
})

test("a file that the commit has and the cache has not is missed, as far as anybody noted the files", async () => {
	await snapshot()
	const expected = `in ${hub.folder}, for HF_HUB_OFFLINE is set: ${remedy}`
	await expect(offline({}, everything)).rejects.toThrow(
		new InvalidInputError(hub.id, "file onnx/model.onnx", expected, "not there"),
	)
	rmSync(join(hub.folder, "blobs"), { recursive: true })
	await expect(offline()).rejects.toThrow(new InvalidInputError(hub.id, "file config.json", expected, "not there"))
	rmSync(hub.folder, { recursive: true })
	writePythonCache(["config.json"])
	await expect(offline()).rejects.toThrow(
		`${hub.id} (cached copy, for HF_HUB_OFFLINE is set): model.safetensors must be in the repository (was missing)`,
	)
})

test("a link whose blob is gone counts as no file", async () => {
	writePythonCache(["config.json", "model.safetensors"])
	rmSync(join(hub.folder, "blobs", etag(hub.files.get("model.safetensors")!)))
	expect((await offline({}, everything)).files).toEqual(["config.json"])
	await snapshot()
	expect((await offline()).files).toEqual(["config.json", "model.safetensors"])
})

test("an interrupted update leaves the revision at the commit that is complete", async () => {
	await snapshot()
	hub.revisions.set("main", "c".repeat(40))
	hub.files.set("config.json", Buffer.from('{"model_type": "roberta"}'))
	hub.files.set("model.safetensors", someBytes(201))
	hub.interceptStorage = always((_, response) => refuse(response, 403))
	await expect(snapshot()).rejects.toThrow("must be served by")
	expect((await offline()).commit).toBe(commit)
})

test("a list of files that cannot be used is fetched and written again", async () => {
	await snapshot()
	const path = join(hub.folder, "trees", `${commit}.json`)
	const written = readFileSync(path, "utf8")
	const unsafe = JSON.stringify({ format_version: 1, files: { "../x": { size: 1, blob_id: "a".repeat(40) } } })
	for (const text of ["{", '{"format_version": 2, "files": {}}', '{"format_version": 1}', unsafe]) {
		writeFileSync(path, text)
		await snapshot()
		expect(readFileSync(path, "utf8")).toBe(written)
	}
})

test("a cache that has all files serves where nothing can be noted in it", async () => {
	const folder = writePythonCache(["config.json", "model.safetensors"])
	// Files in the place of folders: permissions would not keep everybody from writing.
	for (const name of ["refs", "trees"]) {
		rmSync(join(hub.folder, name), { recursive: true, force: true })
		writeFileSync(join(hub.folder, name), "")
	}
	expect((await snapshot()).folder).toBe(folder)
	expect(hub.downloads).toEqual([])
})

test("a cache that cannot be written is refused in one line", async () => {
	writeFileSync(hub.folder, "a file")
	await expect(snapshot()).rejects.toThrow(/: the cache must be writable \(was below something that is no folder\)$/)
})
