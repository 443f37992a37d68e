import { f64, toBeAllclose } from "@winnow/testing"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { accuracy, argMax, averageRanks, f1, matthewsCorrelation, pearson, spearman } from "../src/metrics.ts"
import golden from "./fixtures/metrics.json" with { type: "json" }

expect.extend({ toBeAllclose })
const seed = 12

/** Two lists of the same length. */
const lists = (value: fc.Arbitrary<number>) =>
	fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 30 }).map((pairs) => ({
		predictions: pairs.map(([p]) => p),
		truths: pairs.map(([, t]) => t),
	}))
const classes = lists(fc.integer({ min: 0, max: 3 }))
const binary = lists(fc.integer({ min: 0, max: 1 }))
/** Few distinct values, so that ties are common; steps of 1/4, so that sums are exact. */
const scores = lists(fc.integer({ min: -8, max: 8 }).map((n) => n / 4))

function check<T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void) {
	fc.assert(fc.property(arbitrary, property), { seed, numRuns: 300 })
}

describe("scikit-learn and SciPy agree", () => {
	test.each(golden.classification)("$name", (expected) => {
		const { predictions, truths } = expected
		expect([accuracy(predictions, truths), matthewsCorrelation(predictions, truths)]).toBeAllclose(
			[expected.accuracy, expected.mcc],
			f64,
		)
		for (const [key, value] of Object.entries(expected)) {
			const positive = /^f1 of (\d)$/.exec(key)?.[1]
			if (positive !== undefined) expect([f1(predictions, truths, Number(positive))]).toBeAllclose([Number(value)], f64)
		}
		expect(f1(predictions, truths)).toBe(f1(predictions, truths, 1))
	})

	test.each(golden.regression)("$name", ({ predictions: printed, truths, ranks, ...expected }) => {
		const predictions = printed.map(Number)
		expect(averageRanks(predictions)).toBeAllclose(ranks, f64)
		expect([pearson(predictions, truths), spearman(predictions, truths)]).toBeAllclose(
			[Number(expected.pearson), Number(expected.spearman)],
			f64,
		)
	})
})

describe("degenerate input", () => {
	test("F1 of a class that is nowhere and Matthews correlation of one class are 0", () => {
		expect(f1([0, 0], [0, 0])).toBe(0)
		expect(matthewsCorrelation([1, 1], [0, 1])).toBe(0)
		expect(matthewsCorrelation([0, 1], [1, 1])).toBe(0)
		expect(matthewsCorrelation([1, 1], [1, 1])).toBe(0)
	})

	test("correlations of a constant are NaN, also of one that has no exact mean", () => {
		const tenths = [0.1, 0.1, 0.1]
		for (const correlation of [pearson, spearman]) {
			expect(correlation(tenths, [1, 2, 3])).toBeNaN()
			expect(correlation([1, 2, 3], tenths)).toBeNaN()
			expect(correlation([1], [1])).toBeNaN()
		}
	})

	test("NaN goes through correlations", () => {
		expect(pearson([1, Number.NaN, 3], [1, 2, 3])).toBeNaN()
		expect(spearman([1, Number.NaN, 3], [1, 2, 3])).toBeNaN()
	})

	test("lists that are empty or differ in length are refused", () => {
		for (const metric of [accuracy, f1, matthewsCorrelation, pearson, spearman]) {
			expect(() => metric([], [])).toThrow(RangeError)
			expect(() => metric([1, 2], [1])).toThrow("metrics: predictions must be as many as truths (was 2 and 1)")
		}
	})
})

describe("definitions", () => {
	test("Matthews correlation and F1 of two classes are what the confusion matrix says", () => {
		check(binary, ({ predictions, truths }) => {
			const count = (p: number, t: number) => predictions.filter((value, i) => value === p && truths[i] === t).length
			const [tp, tn, fp, fn] = [count(1, 1), count(0, 0), count(1, 0), count(0, 1)]
			const spread = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
			const mcc = spread === 0 ? 0 : (tp * tn - fp * fn) / Math.sqrt(spread)
			const precision = tp / (tp + fp)
			const recall = tp / (tp + fn)
			const harmonic = tp === 0 ? 0 : (2 * precision * recall) / (precision + recall)
			expect([matthewsCorrelation(predictions, truths), f1(predictions, truths)]).toBeAllclose([mcc, harmonic], f64)
		})
	})

	test("Matthews correlation is Pearson's of the two lists when there are two classes", () => {
		check(binary, ({ predictions, truths }) => {
			const correlation = pearson(predictions, truths)
			const expected = Number.isNaN(correlation) ? 0 : correlation
			expect([matthewsCorrelation(predictions, truths)]).toBeAllclose([expected], f64)
		})
	})

	test("Spearman's is Pearson's of the ranks, counted one by one", () => {
		const ranks = (values: number[]) =>
			values.map((value) => {
				const below = values.filter((other) => other < value).length
				const equal = values.filter((other) => other === value).length
				return below + (equal + 1) / 2
			})
		check(scores, ({ predictions, truths }) => {
			expect(averageRanks(predictions)).toEqual(Float64Array.from(ranks(predictions)))
			expect(spearman(predictions, truths)).toBe(pearson(ranks(predictions), ranks(truths)))
		})
	})

	test("the largest of several equal values is the first", () => {
		expect(argMax([1, 3, 3, 2])).toBe(1)
		expect(argMax([5, 5])).toBe(0)
		expect(argMax(Float32Array.of(-2, -1))).toBe(1)
		expect(argMax([])).toBe(-1)
	})
})

describe("invariances", () => {
	test("the order of the samples does not matter", () => {
		const metrics = [accuracy, f1, matthewsCorrelation, pearson, spearman]
		const shuffled = fc.tuple(classes, fc.infiniteStream(fc.nat()))
		check(shuffled, ([{ predictions, truths }, keys]) => {
			const order = predictions
				.map((_, index) => ({ index, key: keys.next().value as number }))
				.sort((a, b) => a.key - b.key)
				.map(({ index }) => index)
			const moved = [order.map((i) => predictions[i]!), order.map((i) => truths[i]!)] as const
			expect(metrics.map((metric) => metric(...moved))).toBeAllclose(
				metrics.map((metric) => metric(predictions, truths)),
				// Centred sums in another order can leave 1e-16 where 0 would be.
				{ rtol: 1e-12, atol: 1e-12 },
			)
		})
	})

	test("other names for the classes change neither accuracy nor Matthews correlation", () => {
		const renamed = (values: number[]) => values.map((value) => [7, 3, 5, 1][value]!)
		check(classes, ({ predictions, truths }) => {
			for (const metric of [accuracy, matthewsCorrelation]) {
				expect(metric(renamed(predictions), renamed(truths))).toBe(metric(predictions, truths))
			}
		})
	})

	test("a rising curve leaves Spearman's alone, a line Pearson's", () => {
		check(scores, ({ predictions, truths }) => {
			const curved = predictions.map((value) => Math.exp(value))
			expect(spearman(curved, truths)).toBe(spearman(predictions, truths))
			const line = predictions.map((value) => 3 * value + 1)
			// The sums round differently where the correlation is 0.
			expect([pearson(line, truths)]).toBeAllclose([pearson(predictions, truths)], { rtol: 1e-12, atol: 1e-12 })
		})
	})

	test("every list correlates with itself, and no correlation leaves [-1, 1]", () => {
		check(scores, ({ predictions, truths }) => {
			for (const correlation of [pearson, spearman]) {
				const self = correlation(predictions, predictions)
				if (!Number.isNaN(self)) expect(self).toBeCloseTo(1, 12)
				expect(Math.abs(correlation(predictions, truths))).not.toBeGreaterThan(1)
			}
		})
	})
})
