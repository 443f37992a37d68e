import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { temporaryFolder } from "@winnow/testing/hub"
import { beforeEach, expect, test } from "vitest"
import { checkFiles, writeChecksums } from "../src/index.ts"

const folder = temporaryFolder()
const list = () => join(folder(), "SHA256SUMS")
const hash = "0".repeat(64)

beforeEach(async () => {
	await writeFile(join(folder(), "b"), "b")
	await writeChecksums(folder())
})

test.each(["../secret", "onnx/../../secret", "..", "/etc/passwd"])(
	"a list that names %s, outside its folder, is refused with the line",
	async (path) => {
		const lines = `${await readFile(list(), "utf8")}${hash}  ${path}\n`
		await writeFile(list(), lines)
		const line = lines.split("\n").length - 1
		await expect(checkFiles(folder())).rejects.toThrow(
			new InvalidInputError(list(), `line ${line}`, "a path within the folder", path),
		)
	},
)

test("a list that names what only looks like the parent is checked", async () => {
	await writeFile(list(), `${await readFile(list(), "utf8")}${hash}  ..b\n${hash}  onnx/..c\n`)
	const { changed, missing } = await checkFiles(folder())
	expect({ changed, missing }).toEqual({ changed: [], missing: ["..b", "onnx/..c"] })
})
