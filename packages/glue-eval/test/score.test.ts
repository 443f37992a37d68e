import { InvalidInputError, type Run, type Sample, ShapeError } from "@winnow/tensor"
import { expect, test } from "vitest"
import { evaluate, score, taskNamed, tasks } from "../src/index.ts"

const samplesOf = (...targets: number[]): Sample[] => targets.map((target) => ({ ids: Uint32Array.of(1), target }))
const logitsOf = (...vectors: number[][]) => vectors.map((vector) => Float32Array.from(vector))

const sst2 = taskNamed("sst2")

test("a class is the largest logit, of equal ones the first", () => {
	const logits = logitsOf([1, 2], [2, 1], [1, 1], [1, 1])
	expect(score(sst2, logits, samplesOf(1, 0, 0, 1))).toEqual({ main: 0.75, metrics: { accuracy: 0.75 } })
	const three = logitsOf([0, -1, 3], [-2, 5, 5], [7, 0, 0])
	expect(score(taskNamed("mnli"), three, samplesOf(2, 1, 0)).main).toBe(1)
})

test("a score is the logit", () => {
	const { main, metrics } = score(taskNamed("stsb"), logitsOf([1], [4], [9]), samplesOf(1, 2, 3))
	expect(main).toBe(metrics.spearman)
	expect(metrics.spearman).toBeCloseTo(1, 12)
	expect(metrics.pearson).toBeCloseTo(8 / Math.sqrt(2 * (98 / 3)), 12)
})

test("all metrics of a task are reported, the main one first", () => {
	for (const task of tasks) {
		const width = task.kind === "regression" ? 1 : task.labels.length
		const logits = [0, 1, 2].map((value) => Float32Array.from({ length: width }, (_, logit) => value * (logit - 0.5)))
		const { main, metrics } = score(task, logits, samplesOf(0, 1, 1))
		expect(Object.keys(metrics)).toEqual(task.metrics)
		expect(main).toBe(metrics[task.metrics[0]])
	}
})

test("F1 is about the second label, wherever the model has it", () => {
	const logits = logitsOf([0, 1], [0, 1], [0, 1], [1, 0])
	const mrpc = taskNamed("mrpc")
	const plain = score(mrpc, logits, samplesOf(1, 1, 0, 1))
	const swapped = score(
		mrpc,
		logits.map((vector) => vector.toReversed()),
		samplesOf(0, 0, 1, 0),
		{ labelMap: [1, 0] },
	)
	expect(plain.metrics).toEqual({ accuracy: 0.5, f1: 4 / 6 })
	expect(swapped).toEqual(plain)
})

test("a constant regression model has no correlation", () => {
	expect(score(taskNamed("stsb"), logitsOf([1], [1]), samplesOf(1, 2)).main).toBeNaN()
})

test("a constant classifier has none either, which counts as 0", () => {
	expect(score(taskNamed("cola"), logitsOf([0, 1], [0, 1]), samplesOf(0, 1)).metrics).toEqual({ mcc: 0, accuracy: 0.5 })
})

test("logits that do not fit the samples or the task are refused", () => {
	expect(() => score(sst2, [], [])).toThrow(new ShapeError("score", "samples", "at least 1", 0))
	expect(() => score(sst2, logitsOf([0, 1]), samplesOf(0, 1))).toThrow(
		new ShapeError("score", "logits", "2, one vector a sample", 1),
	)
	expect(() => score(sst2, logitsOf([0, 1, 2]), samplesOf(0))).toThrow(
		new ShapeError("score", "the logits of sample 0", "2 for sst2", 3),
	)
})

test("samples without target and logits that are no numbers are refused", () => {
	expect(() => score(sst2, logitsOf([0, 1]), [{ ids: Uint32Array.of(1) }])).toThrow(
		new InvalidInputError("score", "the target of sample 0", "a number", undefined),
	)
	for (const broken of [Number.NaN, Number.POSITIVE_INFINITY]) {
		expect(() => score(sst2, logitsOf([0, 1], [0, broken]), samplesOf(0, 1))).toThrow(
			`score: the logits of sample 1 must be finite (was ${broken})`,
		)
	}
})

test("evaluate scores what the encoder says and hands the logits on", async () => {
	const samples = samplesOf(1, 0)
	const logits = logitsOf([0, 1], [0, 1])
	const signal = new AbortController().signal
	const calls: unknown[] = []
	const encoder = {
		async logits(given: readonly Sample[], run?: Run) {
			calls.push([given, run])
			return logits
		},
	}
	const evaluation = await evaluate(encoder, taskNamed("mrpc"), samples, { signal, labelMap: [1, 0] })
	expect(evaluation).toEqual({ main: 0.5, metrics: { accuracy: 0.5, f1: 0 }, logits })
	expect(calls).toEqual([[samples, { signal }]])
	expect((await evaluate(encoder, taskNamed("mrpc"), samples)).metrics.f1).toBe(2 / 3)
})
