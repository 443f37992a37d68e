import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { macModel } from "@winnow/flops-model"
import { type LatencyTable, latencyModel, parseLatencyTables, predictedLatency } from "@winnow/latency-profiler"
import { searchMasks } from "@winnow/mask-search"
import type { RemovalCurve } from "@winnow/tensor"
import { needs } from "@winnow/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { evaluate, type PruneResult, prune } from "../src/index.ts"
import { writeRealWorkplace } from "./real-workplace.ts"

// Half of a real encoder's latency, on whatever machine this is. How fast it is, no test says.

const timeout = 1_200_000

let folder: string
let out: string
let workplace: Awaited<ReturnType<typeof writeRealWorkplace>>
let result: PruneResult
let table: LatencyTable
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "winnow-latency-"))
	out = join(folder, "out")
	workplace = await writeRealWorkplace(folder)
	const fast = { latency: 0.5, batch: 1, length: 32, timing: false, formats: [] }
	result = await prune({ ...workplace, ...fast, out })
	const [measured] = parseLatencyTables(JSON.parse(await readFile(join(out, "latency.json"), "utf8")))
	table = measured!
}, timeout)
afterAll(() => rm(folder, { recursive: true, force: true }))

test(
	"the table covers every width of the model, and the dense model costs what its parts do, roughly",
	needs("all-minilm-l6-v2"),
	() => {
		expect(table.curves.map(({ points }) => points.at(-1)!.kept)).toEqual([12, 1536, 12, 1536])
		const cost = latencyModel(table, table.model.sublayers)
		const dense = predictedLatency(
			cost,
			table.model.sublayers.map(({ units }) => units),
		)
		expect(dense / table.dense.ms).toBeGreaterThan(0.5)
		expect(dense / table.dense.ms).toBeLessThan(2)
	},
)

test("the result says what was predicted and what was measured", needs("all-minilm-l6-v2"), () => {
	const { latency } = result
	expect(latency).toMatchObject({ batch: 1, length: 32, isMeasured: true, table: { source: "measured" } })
	const { isChosen = false, guide } = latency!.rival ?? {}
	expect(isChosen || latency!.trials.some(({ predicted }) => predicted === latency!.predicted.share)).toBe(true)
	if (guide) expect(isChosen).toBe(guide.rival < guide.searched)
	expect(latency!.pruned / latency!.dense).toBeCloseTo(latency!.share, 0)
})

test(
	"no plan under multiply-accumulates that is as fast by the table is expected to lose less",
	needs("all-minilm-l6-v2"),
	async () => {
		const { sublayers } = JSON.parse(await readFile(join(out, "curves.json"), "utf8"))
		const curves = (sublayers as { order: number[]; loss: number[] }[]).map(({ order, loss }): RemovalCurve => {
			return { order: Uint32Array.from(order), loss: Float64Array.from(loss) }
		})
		const lossOf = (kept: readonly number[]) =>
			kept.reduce((sum, units, index) => sum + curves[index]!.loss[curves[index]!.order.length - units]!, 0)
		const cost = latencyModel(table, table.model.sublayers)
		const macs = macModel(table.model.sublayers, { hidden: table.model.hidden, length: 32 })
		const kept = result.kept.map((units) => units.length)
		const rivals = Array.from({ length: 60 }, (_, step) => searchMasks(curves, macs, { share: 0.1 + step / 100 }))
			.map((plan) => plan.kept.map((units) => units.length))
			.filter((widths) => predictedLatency(cost, widths) <= predictedLatency(cost, kept))
		expect(rivals.length).toBeGreaterThan(0)
		for (const widths of rivals) expect(lossOf(kept)).toBeLessThanOrEqual(1.001 * lossOf(widths))
	},
)

test("the model written scores what was reported", { timeout, ...needs("all-minilm-l6-v2") }, async () => {
	const { task, data } = workplace
	expect((await evaluate({ model: out, task, data })).score).toBe(result.score.pruned)
})
