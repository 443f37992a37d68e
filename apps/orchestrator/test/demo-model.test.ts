import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { demoDataFolder, demoModelFolder } from "@winnow/demo"
import { afterAll, beforeAll, expect, test } from "vitest"
import { evaluate, type PruneResult, pruneFamily } from "../src/index.ts"

// A trained model, small enough for every run of the tests: what pruning does to a score is seen here.

let folder: string
const byPreset = new Map<string, readonly PruneResult[]>()
const demo = { model: demoModelFolder(), task: "sst2", data: demoDataFolder(), samples: 512, macs: [0.5, 0.3] }

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "winnow-demo-"))
	for (const [name, method] of [
		["winnow", {}],
		["kwon2022", { preset: "kwon2022" }],
		["random", { importance: "random" }],
	] as const) {
		byPreset.set(name, await pruneFamily({ ...demo, ...method, out: join(folder, name) }))
	}
}, 300_000)
afterAll(() => rm(folder, { recursive: true }))

const at = (name: string) => byPreset.get(name)!

test("the dense model scores what was written down when it was trained", async () => {
	const { accuracy } = JSON.parse(await readFile(join(demoModelFolder(), "eval.json"), "utf8"))
	expect(at("winnow")[0]!.score.dense).toBeCloseTo(accuracy, 4)
})

test("half of the work loses nothing beyond noise, 30 % less than two points", () => {
	const [half, third] = at("winnow").map(({ score }) => score.dense! - score.pruned!)
	expect(half).toBeLessThan(0.006)
	expect(third).toBeLessThan(0.02)
})

test("comes closer to the dense model than the paper's method, and that closer than chance", () => {
	for (const budget of [0, 1]) {
		const [ours, theirs, chance] = ["winnow", "kwon2022", "random"].map((name) => at(name)[budget]!.guide.measured)
		expect(ours!).toBeLessThan(0.5 * theirs!)
		expect(theirs!).toBeLessThan(chance!)
	}
})

test("the removal curves tell how far logits move, within half", () => {
	for (const { guide } of at("winnow")) expect(Math.abs(guide.measured! / guide.predicted! - 1)).toBeLessThan(0.5)
})

test("the folder written scores what was reported", async () => {
	const [half] = at("winnow")
	const { task, data } = demo
	const { score } = await evaluate({ task, data, model: join(folder, "winnow", "0.5") })
	expect(score).toBe(half!.score.pruned)
})
