import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs"
import { basename, dirname, join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { needs } from "@winnow/testing"
import { temporaryFolder } from "@winnow/testing/hub"
import { expect, test, vi } from "vitest"
import { checkTarget, replaceFolder } from "../src/index.ts"

const folder = temporaryFolder()
const out = () => join(folder(), "out")
/** Ours are two files, of a folder that has one of them. */
const foreignIn = (path: string) => {
	const names = readdirSync(path).sort()
	return names.includes("winnow.json") ? names.filter((name) => !["winnow.json", "curves.json"].includes(name)) : names
}
const build = async (temporary: string) => {
	mkdirSync(join(temporary, "onnx"))
	writeFileSync(join(temporary, "winnow.json"), "new")
}

/** Every file under a folder with its content, hidden ones included. */
function contents(path: string): Record<string, string> {
	const names = readdirSync(path, { recursive: true, encoding: "utf8" }).sort()
	const files = names.filter((name) => statSync(join(path, name)).isFile())
	return Object.fromEntries(files.map((name) => [name, readFileSync(join(path, name), "utf8")]))
}

function writeOld(): void {
	mkdirSync(out())
	writeFileSync(join(out(), "winnow.json"), "old")
	writeFileSync(join(out(), "curves.json"), "old")
}

const refusal = (actual: string, path = out()) =>
	new InvalidInputError(path, "the output folder", "new, empty or an earlier output", actual)

test("the output appears under its name, with its parents, once it is built", async () => {
	const target = join(out(), "deep", "slim")
	let built = ""
	await replaceFolder(
		target,
		async (temporary) => {
			built = temporary
			expect(existsSync(target)).toBe(false)
			await build(temporary)
		},
		{ foreignIn },
	)
	expect(dirname(built)).toBe(dirname(target))
	expect(basename(built)).toMatch(/^\.slim\.winnow-new-/)
	expect(contents(folder())).toEqual({ "out/deep/slim/winnow.json": "new" })
	expect(readdirSync(dirname(target))).toEqual(["slim"])
})

test("the output is as accessible as any new folder", async () => {
	await replaceFolder(out(), build, { foreignIn })
	mkdirSync(join(folder(), "plain"))
	expect(statSync(out()).mode).toBe(statSync(join(folder(), "plain")).mode)
})

test("an earlier output stays until the new one is built and then is gone", async () => {
	writeOld()
	const building = async (temporary: string) => {
		expect(contents(out())).toEqual({ "winnow.json": "old", "curves.json": "old" })
		await build(temporary)
	}
	await replaceFolder(out(), building, { foreignIn: async (path) => foreignIn(path) })
	expect(contents(folder())).toEqual({ "out/winnow.json": "new" })
	expect(readdirSync(folder())).toEqual(["out"])
})

test("an empty folder is filled, a path with a slash at the end, too", async () => {
	mkdirSync(out())
	await replaceFolder(`${out()}/`, build, { foreignIn })
	expect(contents(folder())).toEqual({ "out/winnow.json": "new" })
	expect(readdirSync(folder())).toEqual(["out"])
})

test("a link to a folder stays a link: what it leads to is replaced", async () => {
	writeOld()
	symlinkSync(out(), join(folder(), "link"))
	await replaceFolder(join(folder(), "link"), build, { foreignIn })
	expect(readlinkSync(join(folder(), "link"))).toBe(out())
	expect(contents(out())).toEqual({ "winnow.json": "new" })
	expect(readdirSync(folder()).sort()).toEqual(["link", "out"])
})

test("anything else at the target is refused before anything is built, and stays", async () => {
	const never = vi.fn(build)
	writeFileSync(out(), "mine")
	await expect(replaceFolder(out(), never, { foreignIn })).rejects.toThrow(refusal("a file, or below one"))
	const below = join(out(), "x", "y")
	await expect(replaceFolder(below, never, { foreignIn })).rejects.toThrow(refusal("a file, or below one", below))
	const other = join(folder(), "other")
	mkdirSync(other)
	writeFileSync(join(other, "thesis.txt"), "mine")
	await expect(replaceFolder(other, never, { foreignIn })).rejects.toThrow(
		refusal("a folder with thesis.txt in it, which would be lost", other),
	)
	const dangling = join(folder(), "dangling")
	symlinkSync(join(folder(), "nowhere"), dangling)
	await expect(replaceFolder(dangling, never, { foreignIn })).rejects.toThrow(
		new InvalidInputError(dangling, "what the link leads to", "a folder", "missing"),
	)
	expect(never).not.toHaveBeenCalled()
	expect(readdirSync(folder()).sort()).toEqual(["dangling", "other", "out"])
	expect(readFileSync(join(other, "thesis.txt"), "utf8")).toBe("mine")
})

test("when building fails, the target is as it was and nothing else is left", async () => {
	const failing = async (temporary: string) => {
		await build(temporary)
		throw new Error("no more memory")
	}
	await expect(replaceFolder(join(out(), "deep", "slim"), failing, { foreignIn })).rejects.toThrow("no more memory")
	expect(readdirSync(folder())).toEqual([])
	writeOld()
	await expect(replaceFolder(out(), failing, { foreignIn })).rejects.toThrow("no more memory")
	expect(contents(folder())).toEqual({ "out/winnow.json": "old", "out/curves.json": "old" })
	expect(readdirSync(folder())).toEqual(["out"])
})

test("an abort while building rejects with its reason and leaves the target as it was", async () => {
	writeOld()
	const controller = new AbortController()
	const reason = new Error("interrupted")
	const aborted = async (temporary: string) => {
		await build(temporary)
		controller.abort(reason)
	}
	await expect(replaceFolder(out(), aborted, { foreignIn, signal: controller.signal })).rejects.toBe(reason)
	expect(contents(folder())).toEqual({ "out/winnow.json": "old", "out/curves.json": "old" })
	const never = vi.fn(build)
	await expect(replaceFolder(out(), never, { foreignIn, signal: controller.signal })).rejects.toThrow("interrupted")
	expect(never).not.toHaveBeenCalled()
	expect(readdirSync(folder())).toEqual(["out"])
})

test("what came to the target while building is not overwritten", async () => {
	const overtaken = async (temporary: string) => {
		await build(temporary)
		mkdirSync(out())
		writeFileSync(join(out(), "thesis.txt"), "mine")
	}
	await expect(replaceFolder(out(), overtaken, { foreignIn })).rejects.toThrow(
		refusal("a folder with thesis.txt in it, which would be lost"),
	)
	expect(contents(folder())).toEqual({ "out/thesis.txt": "mine" })
	expect(readdirSync(folder())).toEqual(["out"])
})

test("an earlier output that holds more is refused, with what it holds, and all of it stays", async () => {
	writeOld()
	mkdirSync(join(out(), ".git"))
	mkdirSync(join(out(), "eval"))
	writeFileSync(join(out(), "eval", "scores.txt"), "mine")
	for (let i = 0; i < 6; i++) writeFileSync(join(out(), `note-${i}`), "mine")
	const never = vi.fn(build)
	await expect(replaceFolder(out(), never, { foreignIn })).rejects.toThrow(
		refusal("a folder with .git, eval, note-0, note-1, note-2 and 3 more in it, which would be lost"),
	)
	expect(never).not.toHaveBeenCalled()
	expect(Object.keys(contents(out()))).toHaveLength(9)
})

test("what came to an earlier output while building, or while that was checked, is kept with it", async () => {
	for (const moment of ["building", "checking"]) {
		writeOld()
		let checks = 0
		const watched = (path: string) => {
			const found = foreignIn(path)
			checks++
			if (moment === "checking" && checks === 2) writeFileSync(join(path, "notes.md"), "mine")
			return found
		}
		const building = async (temporary: string) => {
			await build(temporary)
			if (moment === "building") writeFileSync(join(out(), "notes.md"), "mine")
		}
		const actual =
			moment === "building" ? "a folder with notes.md in it, which would be lost" : "a folder that was changed just now"
		await expect(replaceFolder(out(), building, { foreignIn: watched })).rejects.toThrow(refusal(actual))
		expect(contents(folder())).toEqual({
			"out/winnow.json": "old",
			"out/curves.json": "old",
			"out/notes.md": "mine",
		})
		expect(readdirSync(folder())).toEqual(["out"])
		rmSync(out(), { recursive: true })
	}
})

test("when the new folder cannot be moved in, the old one comes back", async () => {
	writeOld()
	const vanishing = async (temporary: string) => renameSync(temporary, join(folder(), "elsewhere"))
	await expect(replaceFolder(out(), vanishing, { foreignIn })).rejects.toThrow(
		new InvalidInputError(out(), "the output folder", "replaceable", "missing"),
	)
	expect(contents(out())).toEqual({ "winnow.json": "old", "curves.json": "old" })
})

test("checking a target changes nothing and tells where the output will be", async () => {
	const target = join(out(), "deep")
	expect(await checkTarget(target, { foreignIn })).toEqual({ path: target, exists: false })
	expect(readdirSync(folder())).toEqual([])
	mkdirSync(out())
	expect(await checkTarget(out(), { foreignIn })).toEqual({ path: out(), exists: true })
	expect(readdirSync(folder())).toEqual(["out"])
	expect(readdirSync(out())).toEqual([])
})

test("a mount point is refused: it could not be renamed", async () => {
	await expect(checkTarget("/", { foreignIn: () => [] })).rejects.toThrow(
		refusal("a mount point: give a folder below it", "/"),
	)
})

// The superuser may write into every folder.
test("a folder without write permission is refused", needs("an unprivileged user"), async () => {
	chmodSync(folder(), 0o555)
	await expect(checkTarget(out(), { foreignIn })).rejects.toThrow(
		new InvalidInputError(out(), "the output folder", "in a writable place", "not permitted"),
	)
	chmodSync(folder(), 0o755)
})

test("a place where nobody can make folders is refused in one line", needs("Linux"), async () => {
	await expect(checkTarget("/proc/out", { foreignIn })).rejects.toThrow(
		/^\/proc\/out: the output folder must be in a writable place \(was [^\n]+\)$/,
	)
})
