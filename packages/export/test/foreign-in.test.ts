import { mkdir, rm, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { temporaryFolder } from "@winnow/testing/hub"
import { beforeEach, expect, test } from "vitest"
import { foreignIn, writeChecksums } from "../src/index.ts"

const folder = temporaryFolder()
const path = (...names: string[]) => join(folder(), ...names)
const files = { "model.safetensors": 7, "onnx/model.onnx": 4, "README.md": 4 }

async function writeRecord(schema: string): Promise<void> {
	await writeFile(path("winnow.json"), JSON.stringify({ schema, files }))
}

/** A finished folder. */
beforeEach(async () => {
	await mkdir(path("onnx"))
	await writeFile(path("model.safetensors"), "weights")
	await writeFile(path("onnx", "model.onnx"), "onnx")
	await writeFile(path("README.md"), "card")
	await writeRecord("winnow-result/1")
	await writeChecksums(folder())
})

test("nothing is foreign in a folder as it was written, with checksums or, as results once were, without", async () => {
	expect(await foreignIn(folder())).toEqual([])
	await rm(path("SHA256SUMS"))
	expect(await foreignIn(folder())).toEqual([])
	await writeRecord("winnow-export/1")
	expect(await foreignIn(folder())).toEqual([])
})

test("files and folders that were added are named, hidden and empty ones, too, a folder once", async () => {
	await mkdir(path(".git", "objects"), { recursive: true })
	await writeFile(path(".git", "HEAD"), "main")
	await mkdir(path("empty"))
	await mkdir(path("eval"))
	for (const name of ["eval/a.txt", "eval/b.txt", "onnx/mine.onnx", "NOTES.md", ".env"]) await writeFile(path(name), "")
	const added = [".env", ".git", "NOTES.md", "empty", "eval", "onnx/mine.onnx"]
	expect(await foreignIn(folder())).toEqual(added)
	await rm(path("SHA256SUMS"))
	expect(await foreignIn(folder())).toEqual(added)
})

test("a file that was changed is somebody's: the card, weights, the record, or a link in its place", async () => {
	await writeFile(path("README.md"), "Mine")
	expect(await foreignIn(folder())).toEqual(["README.md (changed)"])
	await writeFile(path("winnow.json"), JSON.stringify({ schema: "winnow-result/1", files, note: "mine" }))
	expect(await foreignIn(folder())).toEqual(["README.md (changed)", "winnow.json (changed)"])
	await rm(path("model.safetensors"))
	await writeFile(path("elsewhere"), "weights")
	await symlink(path("elsewhere"), path("model.safetensors"))
	expect(await foreignIn(folder())).toEqual([
		"README.md (changed)",
		"elsewhere",
		"model.safetensors (changed)",
		"winnow.json (changed)",
	])
})

test("without checksums a file of another size was changed", async () => {
	await rm(path("SHA256SUMS"))
	await writeFile(path("README.md"), "My own card")
	expect(await foreignIn(folder())).toEqual(["README.md (changed)"])
})

test("what somebody listed in SHA256SUMS themselves is theirs still", async () => {
	await writeFile(path("NOTES.md"), "mine")
	await writeChecksums(folder())
	expect(await foreignIn(folder())).toEqual(["NOTES.md"])
})

test("a file that was deleted is nothing to lose", async () => {
	await rm(path("onnx"), { recursive: true })
	expect(await foreignIn(folder())).toEqual([])
})

test("everything is foreign without a winnow.json of ours", async () => {
	const all = ["README.md", "SHA256SUMS", "model.safetensors", "onnx", "winnow.json"]
	for (const record of ["", "{", "null", "[]", '{"schema":"winnow-verification/1"}', '{"schema":"winnow-result/1"}']) {
		await writeFile(path("winnow.json"), record)
		expect(await foreignIn(folder())).toEqual(all)
	}
	await rm(path("winnow.json"))
	expect(await foreignIn(folder())).toEqual(all.slice(0, -1))
})
