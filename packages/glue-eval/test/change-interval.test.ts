import type { Sample } from "@winnow/tensor"
import { expect, test } from "vitest"
import { changeInterval, score, taskNamed } from "../src/index.ts"

const sst2 = taskNamed("sst2")
const logitsOf = (classes: readonly number[]) => classes.map((index) => Float32Array.of(1 - index, index))
const samplesOf = (classes: readonly number[]): Sample[] =>
	classes.map((target) => ({ ids: Uint32Array.of(1), target }))

const truths = Array.from({ length: 400 }, (_, i) => (i * 7) % 2)
/** Wrong on every so many samples. */
const wrongEvery = (period: number) => truths.map((truth, i) => (i % period === 0 ? 1 - truth : truth))

test("two models that agree have no change, however wrong both are", () => {
	const logits = logitsOf(wrongEvery(3))
	expect(changeInterval(sst2, { before: logits, after: logits }, samplesOf(truths))).toEqual({
		change: 0,
		low: 0,
		high: 0,
	})
})

test("the change is the difference of the scores, within its interval", () => {
	const [before, after] = [logitsOf(wrongEvery(20)), logitsOf(wrongEvery(8))]
	const samples = samplesOf(truths)
	const { change, low, high } = changeInterval(sst2, { before, after }, samples)
	expect(change).toBeCloseTo(score(sst2, after, samples).main - score(sst2, before, samples).main, 12)
	expect(low).toBeLessThan(change)
	expect(high).toBeGreaterThan(change)
})

test("the interval is as wide as the normal approximation of paired differences says", () => {
	const [before, after] = [wrongEvery(20), wrongEvery(8)]
	const samples = samplesOf(truths)
	const { low, high } = changeInterval(sst2, { before: logitsOf(before), after: logitsOf(after) }, samples, {
		draws: 2000,
	})
	const differences = truths.map((truth, i) => Number(after[i] === truth) - Number(before[i] === truth))
	const mean = differences.reduce((sum, d) => sum + d, 0) / truths.length
	const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / truths.length
	const expected = 2 * 1.96 * Math.sqrt(variance / truths.length)
	expect(Math.abs((high - low) / expected - 1)).toBeLessThan(0.08)
})

test("the same seed draws the same, another one not", () => {
	const models = { before: logitsOf(wrongEvery(20)), after: logitsOf(wrongEvery(8)) }
	const interval = (seed: number) => changeInterval(sst2, models, samplesOf(truths), { seed, draws: 50 })
	expect(interval(1)).toEqual(interval(1))
	expect(interval(1)).not.toEqual(interval(2))
})

test("a correlation that is undefined stays so", () => {
	const constant = truths.map(() => Float32Array.of(1))
	const { change, low } = changeInterval(
		taskNamed("stsb"),
		{ before: constant, after: constant },
		samplesOf(truths.map((_, i) => i % 5)),
		{ draws: 5 },
	)
	expect([change, low]).toEqual([Number.NaN, Number.NaN])
})
