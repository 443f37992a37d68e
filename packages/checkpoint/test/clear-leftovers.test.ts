import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { needs } from "@winnow/testing"
import { temporaryFolder } from "@winnow/testing/hub"
import { expect, test } from "vitest"
import { temporaryOf, temporaryPath } from "../src/files/temporary-path.ts"
import { clearLeftovers, replaceFolder } from "../src/index.ts"

const folder = temporaryFolder()
const out = () => join(folder(), "out")
const foreignIn = () => []

/** A process that has ended. */
const deadPid = () => spawnSync(process.execPath, ["-e", ""]).pid

/** A hidden sibling with a file in it, as a process of this machine leaves it, with some part of its name changed. */
function leave(purpose: "new" | "old", { path = out(), change = (name: string) => name } = {}): string {
	const own = temporaryPath(path, purpose)
	const left = join(dirname(own), change(basename(own)))
	mkdirSync(left)
	writeFileSync(join(left, "winnow.json"), purpose)
	return left
}

const ofProcess = (pid: number) => (name: string) => name.replace(`-${process.pid}-`, `-${pid}-`)
const notesOf = async (path: string) => {
	const notes: string[] = []
	await clearLeftovers(path, { onNote: (note) => notes.push(note) })
	return notes
}

test("what a killed run left is removed by the next one in the same place, after saying so", async () => {
	const left = leave("new", { change: ofProcess(deadPid()) })
	const another = leave("new", { path: join(folder(), "another"), change: ofProcess(deadPid()) })
	const notes: string[] = []
	const onNote = (note: string) => {
		notes.push(note)
		expect(existsSync(note.split(": ")[0]!)).toBe(true)
	}
	const build = async (temporary: string) => writeFileSync(join(temporary, "winnow.json"), "built")
	await replaceFolder(out(), build, { foreignIn, onNote })
	expect(notes.sort()).toEqual(
		[another, left].map((path) => `${path}: left by a run that was killed: it is removed`).sort(),
	)
	expect(readdirSync(folder())).toEqual(["out"])
})

test("an earlier output that a killed run had moved aside is put back, or removed once the new one is there", async () => {
	const long = join(folder(), "a".repeat(200))
	for (const path of [out(), long]) {
		leave("old", { path, change: ofProcess(deadPid()) })
		expect(await notesOf(path)).toEqual([
			`${path}: a run that was killed had moved this earlier output aside: it is put back`,
		])
		expect(readFileSync(join(path, "winnow.json"), "utf8")).toBe("old")
		leave("old", { path, change: ofProcess(deadPid()) })
		expect(await notesOf(path)).toEqual([expect.stringMatching(/: left by a run that was killed: it is removed$/)])
	}
	expect(readdirSync(folder())).toEqual(["a".repeat(200), "out"])
})

test("an earlier output of too long a name stays until a run for that output knows whose it is", async () => {
	const long = join(folder(), "a".repeat(200))
	leave("old", { path: long, change: ofProcess(deadPid()) })
	expect(await notesOf(out())).toEqual([])
	expect(readdirSync(folder())).toHaveLength(1)
	await clearLeftovers(long)
	expect(readdirSync(folder())).toEqual(["a".repeat(200)])
})

test("a folder of a run that may still go on, of another machine or of somebody else stays", async () => {
	const dead = deadPid()
	leave("new")
	leave("new", {
		change: (name) => ofProcess(dead)(name).replace(/(winnow-new-[0-9a-f]{8}-)[0-9a-f]{8}/, "$100000000"),
	})
	mkdirSync(join(folder(), ".out.winnow-new-mine"))
	mkdirSync(join(folder(), `.out.${dead}`))
	writeFileSync(join(folder(), ".env"), "mine")
	const before = readdirSync(folder())
	expect(await notesOf(out())).toEqual([])
	expect(readdirSync(folder())).toEqual(before)
})

// Elsewhere nothing tells one process from another of the same number.
test(
	"a folder of an earlier start of the machine, or of a process whose number another has, is removed",
	needs("Linux"),
	async () => {
		const parts = temporaryOf(basename(temporaryPath(out(), "new")))!.owner
		leave("new", { change: (name) => name.replace(`-${parts.boot}-`, "-00000000-") })
		leave("new", { change: (name) => name.replace(`-${parts.start}-`, `-${Number(parts.start) - 1}-`) })
		expect(await notesOf(out())).toHaveLength(2)
		expect(readdirSync(folder())).toEqual([])
	},
)

test("nothing happens where there is no such place", async () => {
	expect(await notesOf(join(out(), "deep", "slim"))).toEqual([])
	expect(readdirSync(folder())).toEqual([])
})

test("a name fits, however long the output's is", () => {
	for (const name of ["a".repeat(255), "ä".repeat(127), "𝒜".repeat(63), "a.winnow-new-1"]) {
		const own = basename(temporaryPath(join(folder(), name), "new"))
		expect(Buffer.byteLength(own)).toBeLessThanOrEqual(255)
		expect(temporaryOf(own)).toMatchObject({ purpose: "new", owner: { pid: process.pid } })
		mkdirSync(join(folder(), own))
	}
})
