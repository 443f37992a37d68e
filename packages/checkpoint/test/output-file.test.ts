import {
	chmodSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from "node:fs"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { needs } from "@winnow/testing"
import { temporaryFolder } from "@winnow/testing/hub"
import { expect, test } from "vitest"
import { checkOutputFile, checkTarget, refuseFullDisk, replaceFolder, writeOutputFile } from "../src/index.ts"

const folder = temporaryFolder()
const path = (...names: string[]) => join(folder(), ...names)
const foreignIn = () => []
const earlier = { name: "an earlier table", isOne: (text: string) => ["old", "new"].includes(text) }

test("checking an output file changes nothing; writing it makes its parents and replaces what is there", async () => {
	await checkOutputFile(path("deep", "table.json"), { earlier })
	expect(readdirSync(folder())).toEqual([])
	for (const text of ["old", "new"]) {
		await writeOutputFile(path("deep", "table.json"), text, { earlier })
		await checkOutputFile(path("deep", "table.json"), { earlier })
		expect(readFileSync(path("deep", "table.json"), "utf8")).toBe(text)
	}
	expect(readdirSync(path("deep"))).toEqual(["table.json"])
})

test("a link to a file stays a link", async () => {
	writeFileSync(path("table.json"), "old")
	symlinkSync(path("table.json"), path("link"))
	await writeOutputFile(path("link"), "new", { earlier })
	expect(readFileSync(path("table.json"), "utf8")).toBe("new")
	expect(readFileSync(path("link"), "utf8")).toBe("new")
})

const refused = (output: string, actual: string) =>
	new InvalidInputError(output, "the output file", "a file, new or to be replaced", actual)

test("a folder where a file is meant is refused, and a file where a folder is", async () => {
	mkdirSync(path("there"))
	await expect(checkOutputFile(path("there"), { earlier })).rejects.toThrow(refused(path("there"), "a folder"))
	const slash = `${path("table.json")}/`
	await expect(checkOutputFile(slash, { earlier })).rejects.toThrow(
		refused(slash, "a folder's path, with a slash at its end"),
	)
	await expect(writeOutputFile(path("there"), "", { earlier })).rejects.toThrow(refused(path("there"), "a folder"))
	writeFileSync(path("file"), "mine")
	await expect(checkOutputFile(path("file", "table.json"), { earlier })).rejects.toThrow(
		new InvalidInputError(
			path("file", "table.json"),
			"the output file",
			"in a writable place",
			"below something that is no folder",
		),
	)
	await expect(checkTarget(path("file"), { foreignIn })).rejects.toThrow("(was a file, or below one)")
	expect(readFileSync(path("file"), "utf8")).toBe("mine")
})

test("too long a name is refused, of the output and of a parent that is still to be made", async () => {
	const long = "n".repeat(300)
	for (const output of [
		path(long),
		path("deep", long),
		path(long, "slim"),
		path(...Array<string>(50).fill("n".repeat(100))),
	]) {
		const line = (what: string) => new InvalidInputError(output, what, "in a writable place", "too long a name")
		await expect(checkTarget(output, { foreignIn })).rejects.toThrow(line("the output folder"))
		await expect(checkOutputFile(output, { earlier })).rejects.toThrow(line("the output file"))
	}
	// Names of hidden folders beside it are no longer than this.
	await replaceFolder(path("n".repeat(255)), async (temporary) => writeFileSync(join(temporary, "a"), ""), {
		foreignIn,
	})
	expect(readdirSync(folder())).toEqual(["n".repeat(255)])
})

// The superuser may write into every folder.
test("an output file in a folder without write permission is refused", needs("an unprivileged user"), async () => {
	chmodSync(folder(), 0o555)
	await expect(checkOutputFile(path("table.json"), { earlier })).rejects.toThrow(
		new InvalidInputError(path("table.json"), "the output file", "in a writable place", "not permitted"),
	)
	chmodSync(folder(), 0o755)
})

test("a disk with too little room is refused before anything is built, with how much is needed and where", async () => {
	await refuseFullDisk(path("deep", "slim"), 1)
	const line = (output: string) =>
		new RegExp(
			`^${output}: free space in ${folder()} must be at least 1000000000000\\.0 MB, which the output takes \\(was \\d+\\.\\d MB\\)$`,
		)
	await expect(refuseFullDisk(path("deep", "slim"), 1e18)).rejects.toThrow(line(path("deep", "slim")))
	const never = async () => {
		throw new Error("built")
	}
	await expect(replaceFolder(path("slim"), never, { foreignIn, bytes: 1e18 })).rejects.toThrow(line(path("slim")))
	expect(readdirSync(folder())).toEqual([])
})

// A device on which every write finds the disk full.
test("a disk that fills while an output is written is said in one line", needs("Linux"), async () => {
	const build = (temporary: string) => {
		expect(statSync(temporary).isDirectory()).toBe(true)
		return writeFile("/dev/full", "weights")
	}
	const line = (output: string, where: string, needed: string) =>
		new InvalidInputError(output, `free space in ${where}`, needed, "none left")
	await expect(replaceFolder(path("slim"), build, { foreignIn, bytes: 12_345_678 })).rejects.toThrow(
		line(path("slim"), folder(), "at least 12.3 MB, which the output takes"),
	)
	await expect(replaceFolder(path("slim"), build, { foreignIn })).rejects.toThrow(
		line(path("slim"), folder(), "enough for the output"),
	)
	await expect(writeOutputFile("/dev/full", "table", { earlier })).rejects.toThrow(
		line("/dev/full", "/dev", "enough for the output"),
	)
	expect(readdirSync(folder())).toEqual([])
})

test("a file that is no earlier output is refused before and after the work, and kept", async () => {
	const [mine, large] = [path("mine.json"), path("model.safetensors")]
	writeFileSync(mine, "mine")
	writeFileSync(large, "old")
	truncateSync(large, 64 * 1024 * 1024 + 1)
	// Whatever is in it: what is larger than every output is not read.
	const anything = { ...earlier, isOne: (text: string) => text !== "mine" }
	for (const output of [mine, large]) {
		const line = new InvalidInputError(output, "the output file", "new, or an earlier table", "another file")
		await expect(checkOutputFile(output, { earlier: anything })).rejects.toThrow(line)
		await expect(writeOutputFile(output, "new", { earlier: anything })).rejects.toThrow(line)
	}
	expect(readFileSync(mine, "utf8")).toBe("mine")
	expect(statSync(large).size).toBe(64 * 1024 * 1024 + 1)
	expect(readdirSync(folder()).sort()).toEqual(["mine.json", "model.safetensors"])
})

test("a file that appeared while the work was done is kept", async () => {
	await checkOutputFile(path("table.json"), { earlier })
	writeFileSync(path("table.json"), "mine")
	await expect(writeOutputFile(path("table.json"), "new", { earlier })).rejects.toThrow("(was another file)")
	expect(readFileSync(path("table.json"), "utf8")).toBe("mine")
})
