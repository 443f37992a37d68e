import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { needs, sharedFile } from "@winnow/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type PruneResult, prune } from "../src/index.ts"

// An independent implementation of preset `winnow`, in PyTorch, on the same model and rows: its plans, scores and guides.

// Minutes on a machine that is busy with other things.
const timeout = 1_200_000

interface Reference {
	readonly dense: number
	readonly runs: readonly {
		readonly macs: number
		readonly score: number
		readonly guide: number
		readonly kept: Readonly<Record<string, readonly number[]>>
	}[]
}

const pathOf = (name: string) => fileURLToPath(sharedFile(name))
const rows = pathOf("prototype/results/stsb-seed0.json")
const share = 0.3

let folder: string
let ours: PruneResult
let theirs: Reference["runs"][number]
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "winnow-prototype-"))
	const reference: Reference = JSON.parse(await readFile(rows, "utf8"))
	const stsb = { model: pathOf("models/minilm-stsb"), task: "stsb", data: pathOf("data/glue/STS-B") }
	const once = { timing: false, formats: [] }
	ours = await prune({ ...stsb, ...once, macs: share, sampleIndices: rows, out: join(folder, "out") })
	theirs = reference.runs.find(({ macs }) => Math.abs(macs - share) < 1e-3)!
}, timeout)
afterAll(() => rm(folder, { recursive: true, force: true }))

test("keeps the same units, but for 2 %", needs("shared"), () => {
	const common = ours.kept.map((units, l) => units.filter((unit) => theirs.kept[l]!.includes(unit)).length)
	const all = Object.values(theirs.kept).flat().length
	expect(common.reduce((sum, count) => sum + count) / all).toBeGreaterThanOrEqual(0.98)
})

test("comes as close to the dense model's logits, but for 2 %", needs("shared"), () => {
	expect(ours.guide).toMatchObject({ source: "test", samples: 700, flipped: null })
	expect(ours.guide.measured).toBeLessThanOrEqual(1.02 * theirs.guide)
})

test("scores as well, but for half a point", needs("shared"), () => {
	expect(ours.score.pruned!).toBeGreaterThanOrEqual(theirs.score - 0.005)
})

test("loses nothing against the dense model beyond what the dev set can tell", needs("shared"), () => {
	expect(ours.change.high!).toBeGreaterThanOrEqual(0)
})
