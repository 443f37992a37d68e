import { describe, expect, test } from "vitest"
import { latencyModel, parseLatencyTables, predictedLatency, profileLatency } from "../src/index.ts"
import { type MadeUpCost, madeUpWatch, straightCost, sublayersOf } from "./made-up-watch.ts"

const setting = { batch: 1, length: 16, threads: 1, precision: "fp32" } as const
const sublayers = sublayersOf([4, 4, 4], [100, 100, 100])
const model = { hidden: 16, sublayers }

/** The largest relative error of what a table predicts, over made-up architectures. */
function worstError(table: Parameters<typeof latencyModel>[0], cost: MadeUpCost, fixed = 2): number {
	const predicted = latencyModel(table, table.model.sublayers)
	const errors = Array.from({ length: 200 }, (_, draw) => {
		const kept = table.model.sublayers.map(({ units }, index) => (draw * 37 + index * 13 * (draw + 1)) % (units + 1))
		const actual = kept.reduce((sum, units, index) => sum + cost(table.model.sublayers[index]!, units), fixed)
		return Math.abs(predictedLatency(predicted, kept) / actual - 1)
	})
	return Math.max(...errors)
}

test("finds what every sublayer costs, and what no pruning removes", async () => {
	const watch = madeUpWatch(sublayers, straightCost)
	const table = await profileLatency(watch, model, { setting })
	expect(table.fixed).toBeCloseTo(2, 9)
	expect(worstError(table, straightCost)).toBeLessThan(1e-9)
	expect(table.noise).toBe(0)
	expect(table.dense.ms).toBeCloseTo(2 + 2 * (2.3 + 1.3) + (2.3 + 1.3) / 4, 9)
	expect(watch.ready).toBe(0)
})

test("measures every number of few heads, and of many neurons the first and even steps", async () => {
	const { curves } = await profileLatency(madeUpWatch(sublayers, straightCost), model, { setting })
	const keptOf = (index: number) => curves[index]!.points.map(({ kept }) => kept)
	expect(curves.map(({ kind, reads }) => `${kind} ${reads}`)).toEqual([
		"attention tokens",
		"ffn tokens",
		"attention first",
		"ffn first",
	])
	expect(keptOf(0)).toEqual([0, 1, 2, 3, 4])
	expect(keptOf(1)).toEqual([0, 1, 13, 25, 38, 50, 63, 75, 88, 100])
	expect(keptOf(3)).toEqual([0, 1, 25, 50, 75, 100])
})

test("measures more where a curve bends", async () => {
	const knee: MadeUpCost = (sublayer, kept) =>
		sublayer.kind === "ffn" ? 0.001 * kept + 0.2 * Math.max(0, kept - 45) : straightCost(sublayer, kept)
	const { curves } = await profileLatency(madeUpWatch(sublayers, knee), model, { setting })
	const added = curves[1]!.points
		.map(({ kept }) => kept)
		.filter((kept) => ![0, 1, 13, 25, 38, 50, 63, 75, 88, 100].includes(kept))
	expect(added.length).toBeGreaterThan(1)
	expect(added.every((kept) => kept > 25 && kept < 63)).toBe(true)
})

test("is not misled by a machine that becomes slower, or stutters", async () => {
	const slowness = (run: number) => (run > 800 ? 1.7 : 1) * (run % 11 === 0 ? 1.4 : 1 + 0.01 * Math.sin(run))
	const watch = madeUpWatch(sublayers, straightCost, { slowness })
	const table = await profileLatency(watch, model, { setting })
	const speed = table.dense.ms / 10.1
	const scaled: MadeUpCost = (sublayer, kept) => speed * straightCost(sublayer, kept)
	expect(worstError(table, scaled, 2 * speed)).toBeLessThan(0.05)
	expect(table.noise).toBeGreaterThan(0)
	expect(table.noise).toBeLessThan(0.02)
	expect(table.dense.p90).toBeGreaterThan(table.dense.p10)
})

test("measures again what was noisy, and says so where it stays noisy", async () => {
	let [state, quiet] = [1, false]
	const slowness = () => {
		state = (state * 48_271) % 2_147_483_647
		return quiet ? 1 : 1 + state / 2_147_483_647
	}
	const prepared: string[] = []
	const watch = madeUpWatch(sublayers, straightCost, { slowness, onPrepare: (kept) => prepared.push(String(kept)) })
	const loud = await profileLatency(watch, model, { setting, rounds: [5, 6] })
	expect(loud.noise).toBeGreaterThan(0.02)
	const times = prepared.filter((kept) => kept === String(sublayers.map(({ units }) => units)))
	expect(times).toHaveLength(2)
	quiet = true
	expect((await profileLatency(watch, model, { setting })).noise).toBe(0)
})

test("models of random widths show how well the table predicts", async () => {
	const { checks } = await profileLatency(madeUpWatch(sublayers, straightCost), model, { setting, checks: 3 })
	expect(checks).toHaveLength(3)
	for (const { kept, predicted, measured } of checks) {
		const actual = kept.reduce((sum, units, index) => sum + straightCost(sublayers[index]!, units), 2)
		expect(measured).toBeCloseTo(actual, 9)
		expect(predicted).toBeCloseTo(actual, 9)
	}
	// What interacts, no table of sublayers can say: it shows.
	const together: MadeUpCost = ({ kind }, kept) => (kind === "attention" ? 0.5 * kept : 0)
	const watch = madeUpWatch(sublayers, together)
	const interacting = {
		...watch,
		prepare: async (kept: readonly number[]) => {
			const timed = await watch.prepare(kept)
			const factor = kept[1]! > 30 ? 1 : 1.5
			return { ...timed, time: async (runs: number) => Array.from(await timed.time(runs), (ms) => ms * factor) }
		},
	}
	const errors = (await profileLatency(interacting, model, { setting, checks: 6 })).checks
	expect(Math.max(...errors.map(({ predicted, measured }) => Math.abs(predicted / measured - 1)))).toBeGreaterThan(0.05)
})

describe("any model", () => {
	const shapes = {
		"of one layer": sublayersOf([2], [10]),
		"of ragged widths": sublayersOf([3, 0, 5, 2], [40, 90, 0, 10]),
		"without heads": sublayersOf([0, 0], [30, 20]),
		"of one unit": sublayersOf([0, 1], [0, 0]),
	}
	test.each(Object.entries(shapes))("%s has a table", async (_, ragged) => {
		const watch = madeUpWatch(ragged, straightCost)
		const table = await profileLatency(watch, { hidden: 16, sublayers: ragged }, { setting })
		expect(worstError(table, straightCost)).toBeLessThan(1e-9)
		expect(parseLatencyTables(JSON.parse(JSON.stringify(table)))).toEqual([table])
	})

	test("without units is refused", async () => {
		const none = sublayersOf([0, 0], [0, 0])
		const profiling = profileLatency(madeUpWatch(none, straightCost), { hidden: 16, sublayers: none }, { setting })
		await expect(profiling).rejects.toThrow("latency profile: the model must be one with units (was without)")
	})
})

describe("what is under way", () => {
	test("ends with an abort, and everything is released", async () => {
		const controller = new AbortController()
		const reason = new Error("enough")
		const slowness = (run: number) => {
			if (run === 100) controller.abort(reason)
			return 1
		}
		const watch = madeUpWatch(sublayers, straightCost, { slowness })
		const profiling = profileLatency(watch, model, { setting, signal: controller.signal })
		await expect(profiling).rejects.toBe(reason)
		expect(watch.runs).toBeLessThan(130)
		expect(watch.ready).toBe(0)
	})

	test("ends with what the stopwatch throws, and everything is released", async () => {
		const onPrepare = (kept: readonly number[]) => {
			if (kept[0] === 3) throw new Error("no memory")
		}
		const watch = madeUpWatch(sublayers, straightCost, { onPrepare })
		await expect(profileLatency(watch, model, { setting })).rejects.toThrow("no memory")
		expect(watch.ready).toBe(0)
	})

	test("holds few models at once, and tells how far it is", async () => {
		let most = 0
		const stages = new Map<string, number>()
		const watch = madeUpWatch(sublayers, straightCost, { onPrepare: () => (most = Math.max(most, watch.ready + 1)) })
		await profileLatency(watch, model, {
			setting,
			onProgress: ({ stage, done, total }) => stages.set(stage, done / total),
		})
		expect(most).toBe(7)
		expect(stages.get("latency of sublayers")).toBe(1)
		expect(stages.get("latency of whole models")).toBe(1)
	})
})
