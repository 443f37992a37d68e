import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	renameSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs"
import { basename, dirname, join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { temporaryFolder } from "@winnow/testing/hub"
import { expect, test, vi } from "vitest"
import { checkTarget, replaceFolder } from "../src/index.ts"

const folder = temporaryFolder()
const out = () => join(folder(), "out")
const isOurs = (path: string) => existsSync(join(path, "winnow.json"))
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
		{ isOurs },
	)
	expect(dirname(built)).toBe(dirname(target))
	expect(basename(built)).toMatch(/^\.slim\../)
	expect(contents(folder())).toEqual({ "out/deep/slim/winnow.json": "new" })
	expect(readdirSync(dirname(target))).toEqual(["slim"])
})

test("the output is as accessible as any new folder", async () => {
	await replaceFolder(out(), build, { isOurs })
	mkdirSync(join(folder(), "plain"))
	expect(statSync(out()).mode).toBe(statSync(join(folder(), "plain")).mode)
})

test("an earlier output stays until the new one is built and then is gone", async () => {
	writeOld()
	const building = async (temporary: string) => {
		expect(contents(out())).toEqual({ "winnow.json": "old", "curves.json": "old" })
		await build(temporary)
	}
	await replaceFolder(out(), building, { isOurs: async (path) => isOurs(path) })
	expect(contents(folder())).toEqual({ "out/winnow.json": "new" })
	expect(readdirSync(folder())).toEqual(["out"])
})

test("an empty folder is filled, a path with a slash at the end, too", async () => {
	mkdirSync(out())
	await replaceFolder(`${out()}/`, build, { isOurs })
	expect(contents(folder())).toEqual({ "out/winnow.json": "new" })
	expect(readdirSync(folder())).toEqual(["out"])
})

test("a link to a folder stays a link: what it leads to is replaced", async () => {
	writeOld()
	symlinkSync(out(), join(folder(), "link"))
	await replaceFolder(join(folder(), "link"), build, { isOurs })
	expect(readlinkSync(join(folder(), "link"))).toBe(out())
	expect(contents(out())).toEqual({ "winnow.json": "new" })
	expect(readdirSync(folder()).sort()).toEqual(["link", "out"])
})

test("anything else at the target is refused before anything is built, and stays", async () => {
	const never = vi.fn(build)
	writeFileSync(out(), "mine")
	await expect(replaceFolder(out(), never, { isOurs })).rejects.toThrow(refusal("a file, or below one"))
	const below = join(out(), "x", "y")
	await expect(replaceFolder(below, never, { isOurs })).rejects.toThrow(refusal("a file, or below one", below))
	const other = join(folder(), "other")
	mkdirSync(other)
	writeFileSync(join(other, "thesis.txt"), "mine")
	await expect(replaceFolder(other, never, { isOurs })).rejects.toThrow(
		refusal("another folder with files in it", other),
	)
	const dangling = join(folder(), "dangling")
	symlinkSync(join(folder(), "nowhere"), dangling)
	await expect(replaceFolder(dangling, never, { isOurs })).rejects.toThrow(
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
	await expect(replaceFolder(join(out(), "deep", "slim"), failing, { isOurs })).rejects.toThrow("no more memory")
	expect(readdirSync(folder())).toEqual([])
	writeOld()
	await expect(replaceFolder(out(), failing, { isOurs })).rejects.toThrow("no more memory")
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
	await expect(replaceFolder(out(), aborted, { isOurs, signal: controller.signal })).rejects.toBe(reason)
	expect(contents(folder())).toEqual({ "out/winnow.json": "old", "out/curves.json": "old" })
	const never = vi.fn(build)
	await expect(replaceFolder(out(), never, { isOurs, signal: controller.signal })).rejects.toThrow("interrupted")
	expect(never).not.toHaveBeenCalled()
	expect(readdirSync(folder())).toEqual(["out"])
})

test("what came to the target while building is not overwritten", async () => {
	const overtaken = async (temporary: string) => {
		await build(temporary)
		mkdirSync(out())
		writeFileSync(join(out(), "thesis.txt"), "mine")
	}
	await expect(replaceFolder(out(), overtaken, { isOurs })).rejects.toThrow(refusal("another folder with files in it"))
	expect(contents(folder())).toEqual({ "out/thesis.txt": "mine" })
	expect(readdirSync(folder())).toEqual(["out"])
})

test("when the new folder cannot be moved in, the old one comes back", async () => {
	writeOld()
	const vanishing = async (temporary: string) => renameSync(temporary, join(folder(), "elsewhere"))
	await expect(replaceFolder(out(), vanishing, { isOurs })).rejects.toThrow(
		new InvalidInputError(out(), "the output folder", "replaceable", "missing"),
	)
	expect(contents(out())).toEqual({ "winnow.json": "old", "curves.json": "old" })
})

test("checking a target changes nothing and tells where the output will be", async () => {
	const target = join(out(), "deep")
	expect(await checkTarget(target, { isOurs })).toEqual({ path: target, exists: false })
	expect(readdirSync(folder())).toEqual([])
	mkdirSync(out())
	expect(await checkTarget(out(), { isOurs })).toEqual({ path: out(), exists: true })
	expect(readdirSync(folder())).toEqual(["out"])
	expect(readdirSync(out())).toEqual([])
})

test("a mount point is refused: it could not be renamed", async () => {
	await expect(checkTarget("/", { isOurs: () => true })).rejects.toThrow(
		refusal("a mount point: give a folder below it", "/"),
	)
})

// The superuser may write into every folder.
test.skipIf(process.getuid?.() === 0)("a folder without write permission is refused", async () => {
	chmodSync(folder(), 0o555)
	await expect(checkTarget(out(), { isOurs })).rejects.toThrow(
		new InvalidInputError(out(), "the output folder", "in a writable place", "not permitted"),
	)
	chmodSync(folder(), 0o755)
})

test.runIf(process.platform === "linux")("a place where nobody can make folders is refused in one line", async () => {
	await expect(checkTarget("/proc/out", { isOurs })).rejects.toThrow(
		/^\/proc\/out: the output folder must be in a writable place \(was [^\n]+\)$/,
	)
})
