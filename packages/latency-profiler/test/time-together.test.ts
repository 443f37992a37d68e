import { mustBe, type Timed } from "@winnow/tensor"
import { expect, test } from "vitest"
import { timeTogether } from "../src/index.ts"

/** Models that take turns on one made-up clock, and the order in which they ran. */
function madeUp(ms: readonly number[], slowness: (visit: number) => number = () => 1) {
	const order: string[] = []
	let visits = 0
	const models = ms.map(
		(each, index): Timed => ({
			async time(runs) {
				order.push(`${index}x${runs}`)
				const factor = slowness(visits++)
				// The first run after another model finds cold caches.
				return Float64Array.from({ length: runs }, (_, run) => each * factor * (run === 0 && runs > 1 ? 1.5 : 1))
			},
			release: async () => {},
		}),
	)
	return { models, order }
}

test("visits all models in every round, another one first each time", async () => {
	const { models, order } = madeUp([200, 100, 300])
	await timeTogether(models, { rounds: [3, 3] })
	expect(order.slice(0, 3)).toEqual(["0x1", "1x1", "2x1"])
	expect(order.slice(3)).toEqual(["0x1", "1x1", "2x1", "1x1", "2x1", "0x1", "2x1", "0x1", "1x1"])
})

test("lets short runs warm up, and repeats them", async () => {
	const { models, order } = madeUp([40, 2, 0.1])
	const times = await timeTogether(models, { rounds: [1, 1] })
	expect(order.slice(3)).toEqual(["0x3", "1x6", "2x11"])
	expect(times.map(({ ms }) => ms)).toEqual([40, 2, expect.closeTo(0.1)])
	expect(times[1]!.ratio).toBeCloseTo(0.05, 12)
})

test("compares within rounds: what slows all changes no ratio", async () => {
	const { models } = madeUp([200, 100], (visit) => 1 + Math.floor(visit / 2))
	const [dense, slim] = await timeTogether(models, { rounds: [5, 5] })
	expect([slim!.ratio, slim!.error]).toEqual([0.5, 0])
	expect([dense!.p10 < dense!.ms, dense!.ms < dense!.p90]).toEqual([true, true])
})

test("ends as soon as ratios are certain, and not later than it must", async () => {
	const calm = madeUp([200, 100])
	await timeTogether(calm.models, { rounds: [4, 50] })
	expect(calm.order).toHaveLength(2 + 2 * 4)
	const wild = madeUp([200, 100], (visit) => 1 + ((visit * 7919) % 100) / 100)
	const [, slim] = await timeTogether(wild.models, { rounds: [4, 50] })
	expect(wild.order).toHaveLength(2 + 2 * 50)
	expect(slim!.error).toBeGreaterThan(0.01)
})

test("stops when aborted", async () => {
	const controller = new AbortController()
	const reason = new Error("enough")
	const { models, order } = madeUp([200, 100], (visit) => {
		if (visit === 4) controller.abort(reason)
		return 1
	})
	await expect(timeTogether(models, { signal: controller.signal })).rejects.toBe(reason)
	expect(order).toHaveLength(5)
})

test.each([
	["NaN", () => [Number.NaN], "the time of a run", "a finite number of milliseconds, zero or more", Number.NaN],
	["less than nothing", () => [-1], "the time of a run", "a finite number of milliseconds, zero or more", -1],
	["nothing at all", () => [], "the times", "1, one a run", 0],
	[
		"0 ms for the model that others are compared with",
		(runs: number) => Array(runs).fill(0),
		"the time of the first model",
		"above 0 ms",
		0,
	],
] as const)("a stopwatch that tells %s is refused", async (_, time, what, expected, actual) => {
	const broken: Timed = { time: async (runs) => time(runs), release: async () => {} }
	await expect(timeTogether([broken])).rejects.toThrow(`stopwatch: ${mustBe(what, expected, actual)}`)
})
