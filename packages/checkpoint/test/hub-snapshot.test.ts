import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { InvalidInputError, type Progress } from "@winnow/tensor"
import { always, commit, etag, gitHash, type HubServer, hubServer, sha256, someBytes, token } from "@winnow/testing/hub"
import { beforeEach, expect, test } from "vitest"
import { downloadSnapshot, type FileChoice, modelFiles, parquetFiles, type SnapshotOptions } from "../src/hub.ts"

const start = hubServer()
let hub: HubServer
const weights = someBytes(5000)
const everything: FileChoice = ({ paths }) => paths
const snapshot = (options: Partial<SnapshotOptions> = {}) =>
	downloadSnapshot({ id: hub.id }, { files: modelFiles, env: hub.env, ...options })

beforeEach(() => {
	hub = start()
	hub.files.set("README.md", Buffer.from("# Tiny"))
	hub.files.set("config.json", Buffer.from('{"model_type": "bert"}'))
	hub.files.set("model.safetensors", weights)
	hub.files.set("onnx/model.onnx", someBytes(300))
	hub.files.set("pytorch_model.bin", someBytes(200))
	hub.files.set("vocab.txt", Buffer.from("[PAD]\n"))
})

test("a model's files come into the snapshot of the commit that the revision names, and no others", async () => {
	const result = await snapshot()
	const files = ["config.json", "model.safetensors", "vocab.txt"]
	expect(result).toEqual({ folder: join(hub.folder, "snapshots", commit), commit, files, offline: false })
	expect(readdirSync(result.folder).sort()).toEqual(files)
	for (const name of files) expect(readFileSync(join(result.folder, name))).toEqual(hub.files.get(name))
	const config = etag(hub.files.get("config.json")!)
	expect(hub.downloads).toEqual([
		"hub config.json",
		"hub model.safetensors",
		`storage ${sha256(weights)}`,
		"hub vocab.txt",
	])
	expect(config).toBe(gitHash(hub.files.get("config.json")!))
})

test("the cache is laid out as huggingface_hub lays it out: blobs by etag, relative links, refs and trees", async () => {
	const { folder } = await snapshot({ files: everything })
	expect(readdirSync(hub.folder).sort()).toEqual(["blobs", "refs", "snapshots", "trees"])
	for (const [path, bytes] of hub.files) {
		const up = path.includes("/") ? "../../../" : "../../"
		expect(readlinkSync(join(folder, path))).toBe(`${up}blobs/${etag(bytes)}`)
	}
	expect(readdirSync(join(hub.folder, "blobs")).sort()).toEqual([...hub.files.values()].map(etag).sort())
	expect(readFileSync(join(hub.folder, "refs", "main"), "utf8")).toBe(commit)
	const tree = JSON.parse(readFileSync(join(hub.folder, "trees", `${commit}.json`), "utf8"))
	expect(tree.format_version).toBe(1)
	expect(Object.keys(tree.files)).toEqual([...hub.files.keys()].sort())
	expect(tree.files["config.json"]).toEqual({ size: 22, blob_id: gitHash(hub.files.get("config.json")!) })
	expect(tree.files["model.safetensors"]).toMatchObject({ size: 5000, lfs_sha256: sha256(weights), lfs_size: 5000 })
})

test("what is in the cache is not downloaded again, nor listed again", async () => {
	await snapshot()
	hub.seen.length = 0
	const reports: Progress[] = []
	await snapshot({ onProgress: (progress) => reports.push(progress) })
	expect(hub.seen.map(({ path }) => path)).toEqual([`/api/models/${hub.id}/revision/main`])
	expect(reports).toEqual([])
})

test("a pinned commit that is in the cache is not asked for at all, and is no ref", async () => {
	const pinned = () => downloadSnapshot({ id: hub.id, revision: commit }, { files: modelFiles, env: hub.env })
	await pinned()
	hub.seen.length = 0
	expect((await pinned()).commit).toBe(commit)
	expect(hub.seen).toEqual([])
	expect(existsSync(join(hub.folder, "refs"))).toBe(false)
})

test("a new commit shares the blobs that did not change", async () => {
	await snapshot()
	const next = "f".repeat(40)
	hub.revisions.set("main", next)
	hub.files.set("config.json", Buffer.from('{"model_type": "roberta"}'))
	hub.seen.length = 0
	const { folder } = await snapshot()
	expect(hub.downloads).toEqual(["hub config.json"])
	expect(readFileSync(join(folder, "model.safetensors"))).toEqual(weights)
	expect(readFileSync(join(hub.folder, "refs", "main"), "utf8")).toBe(next)
	expect(readdirSync(join(hub.folder, "snapshots")).sort()).toEqual([commit, next])
})

test("a revision with slashes is asked for and noted", async () => {
	await downloadSnapshot({ id: hub.id, revision: "refs/pr/1" }, { files: modelFiles, env: hub.env })
	expect(readFileSync(join(hub.folder, "refs", "refs", "pr", "1"), "utf8")).toBe(commit)
})

test("the files of a data set's split come from the place of data sets", async () => {
	Object.assign(hub, { id: "nyu-mll/glue", kind: "datasets" })
	hub.files.clear()
	const path = "sst2/validation-00000-of-00001.parquet"
	hub.files.set(path, someBytes(400))
	hub.files.set("sst2/train-00000-of-00001.parquet", someBytes(500))
	const files = parquetFiles({ config: "sst2", split: "validation" })
	const result = await downloadSnapshot({ id: hub.id, kind: "dataset" }, { files, env: hub.env })
	expect(result.folder).toBe(join(hub.folder, "snapshots", commit))
	expect(hub.folder).toMatch(/datasets--nyu-mll--glue$/)
	expect(result.files).toEqual([path])
	expect(readFileSync(join(result.folder, path))).toEqual(hub.files.get(path))
})

test("progress counts the bytes that were missing, up to all of them", async () => {
	hub.files.set("model.safetensors", someBytes(3_000_000))
	const reports: Progress[] = []
	await snapshot({ onProgress: (progress) => reports.push(progress) })
	const total = 3_000_000 + 22 + 6
	expect(new Set(reports.map((report) => `${report.stage} ${report.total}`))).toEqual(new Set([`download ${total}`]))
	const done = reports.map((report) => report.done)
	expect(done).toEqual([...done].sort((a, b) => a - b))
	expect(done.at(-1)).toBe(total)
	expect(done.length).toBeLessThan(10)
})

test("the token goes to the Hub and to no other host, also where lists or redirects lead elsewhere and back", async () => {
	hub.intercept = (request, response) => {
		if (!request.url!.includes("vocab.txt") || request.url!.endsWith("?back")) return false
		response.writeHead(307, { location: `${hub.storage}/elsewhere` }).end()
		return true
	}
	hub.interceptStorage = (request, response) => {
		if (request.url !== "/elsewhere") return false
		response.writeHead(307, { location: `${hub.endpoint}/${hub.id}/resolve/${commit}/vocab.txt?back` }).end()
		return true
	}
	await snapshot()
	const authorization = (host: string) =>
		new Set(hub.seen.filter((seen) => seen.host === host).map(({ headers }) => headers.authorization))
	expect(authorization("hub")).toEqual(new Set([`Bearer ${token}`]))
	expect(authorization("storage")).toEqual(new Set([undefined]))
	expect(hub.seen.filter(({ host }) => host === "storage")).toHaveLength(2)
})

test("a list that goes on at another host is read without the token", async () => {
	hub.intercept = (request, response) => {
		if (!request.url!.includes("/tree/")) return false
		response.setHeader("link", `<${hub.storage}/page>; rel="next"`)
		response.end("[]")
		return true
	}
	hub.interceptStorage = (request, response) => {
		if (request.url !== "/page") return false
		response.end(
			JSON.stringify([{ type: "file", path: "config.json", size: 22, oid: etag(hub.files.get("config.json")!) }]),
		)
		return true
	}
	const { files } = await snapshot({ files: everything })
	expect(files).toEqual(["config.json"])
	expect(hub.seen.find(({ path }) => path === "/page")!.headers.authorization).toBeUndefined()
})

test("a renamed repository is followed, and cached under the name asked for", async () => {
	const env = hub.env
	hub.intercept = (request, response) => {
		if (!request.url!.includes("old/name")) return false
		response.writeHead(307, { location: request.url!.replace("old/name", hub.id) }).end()
		return true
	}
	const { folder } = await downloadSnapshot({ id: "old/name" }, { files: modelFiles, env })
	expect(folder).toBe(join(env.HF_HUB_CACHE!, "models--old--name", "snapshots", commit))
})

test("a redirect that never ends, or leads to no web address, is refused", async () => {
	hub.intercept = (request, response) => {
		if (!request.url!.includes("config.json")) return false
		response.writeHead(302, { location: request.url! }).end()
		return true
	}
	await expect(snapshot()).rejects.toThrow(
		new InvalidInputError(hub.id, "file config.json", "at most 10 redirects away", "farther"),
	)
	hub.intercept = (request, response) => {
		if (!request.url!.includes("config.json")) return false
		response.writeHead(302, { location: "file:///etc/passwd" }).end()
		return true
	}
	await expect(snapshot()).rejects.toThrow(
		"the redirect of file config.json must be an http or https URL (was something else)",
	)
})

test("the choice can read a file, and what it chooses must be in the repository", async () => {
	let read = ""
	const files: FileChoice = async (repo) => {
		read = Buffer.from(await repo.read("config.json")).toString()
		return ["nothing.json"]
	}
	await expect(snapshot({ files })).rejects.toThrow(
		new InvalidInputError(hub.id, "file nothing.json", `in the repository at ${commit}`, "not there"),
	)
	expect(read).toBe('{"model_type": "bert"}')
	expect(existsSync(join(hub.folder, "refs"))).toBe(false)
})

test.each(["../../evil.json", "/evil.json", "a//b", "a\\..\\b"])("a list with the path %j is refused", async (path) => {
	hub.files.set(path, Buffer.from("{}"))
	await expect(snapshot({ files: everything })).rejects.toThrow(
		new InvalidInputError(
			`${hub.id}, list of files`,
			"the path of a file",
			"below the folder of the repository",
			JSON.stringify(path),
		),
	)
	expect(existsSync(join(hub.folder, "blobs"))).toBe(false)
})

test("an answer that is not the Hub's is refused in one line", async () => {
	hub.intercept = always((_, response) => response.end("<html>\nLog in to the Wi-Fi</html>"))
	const expected = `in the form of the Hub's API at ${hub.endpoint}`
	await expect(snapshot()).rejects.toThrow(
		new InvalidInputError(hub.id, "the answer about revision main", expected, "something else"),
	)
	hub.intercept = always((_, response) => response.end('{"sha": "../../../etc"}'))
	await expect(snapshot()).rejects.toThrow(
		new InvalidInputError(hub.id, "the commit of revision main", "40 hexadecimal digits", "../../../etc"),
	)
})

test("a file of another size than the list says is fetched again, be it a blob or in the place of its link", async () => {
	const { folder } = await snapshot()
	const [blob, pointer] = [join(hub.folder, "blobs", sha256(weights)), join(folder, "model.safetensors")]
	writeFileSync(blob, "too short")
	await snapshot()
	expect(readFileSync(pointer)).toEqual(weights)
	rmSync(pointer)
	writeFileSync(pointer, "not ours")
	await snapshot()
	expect(lstatSync(pointer).isSymbolicLink()).toBe(true)
	expect(readFileSync(pointer)).toEqual(weights)
})
