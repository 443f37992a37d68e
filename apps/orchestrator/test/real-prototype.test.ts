import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { sharedFile } from "@winnow/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type PruneResult, pruneFamily } from "../src/index.ts"

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
const shares = [0.5, 0.3]

let folder: string
let reference: Reference
let results: readonly PruneResult[]
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "winnow-prototype-"))
	reference = JSON.parse(await readFile(rows, "utf8"))
	const stsb = { model: pathOf("models/minilm-stsb"), task: "stsb", data: pathOf("data/glue/STS-B") }
	results = await pruneFamily({ ...stsb, macs: shares, sampleIndices: rows, out: join(folder, "out") })
}, timeout)
afterAll(() => rm(folder, { recursive: true, force: true }))

const pairs = () =>
	results.map((ours) => ({
		ours,
		theirs: reference.runs.find(({ macs }) => Math.abs(macs - ours.recipe.macs!) < 1e-3)!,
	}))

test("keeps the same units, but for 2 %", () => {
	for (const { ours, theirs } of pairs()) {
		const common = ours.kept.map((units, l) => units.filter((unit) => theirs.kept[l]!.includes(unit)).length)
		const all = Object.values(theirs.kept).flat().length
		expect(common.reduce((sum, count) => sum + count) / all).toBeGreaterThanOrEqual(0.98)
	}
})

test("comes as close to the dense model's logits, but for 2 %", () => {
	for (const { ours, theirs } of pairs()) {
		expect(ours.guide).toMatchObject({ source: "test", samples: 700, flipped: null })
		expect(ours.guide.measured).toBeLessThanOrEqual(1.02 * theirs.guide)
	}
})

test("scores as well, but for half a point", () => {
	for (const { ours, theirs } of pairs()) expect(ours.score.pruned!).toBeGreaterThanOrEqual(theirs.score - 0.005)
})

test("loses nothing against the dense model beyond what the dev set can tell", () => {
	for (const { change } of results) expect(change.high!).toBeGreaterThanOrEqual(0)
})
