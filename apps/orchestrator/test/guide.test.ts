import { expect, test } from "vitest"
import { divergence, predictedRms, spanDivergence } from "../src/measure/guide.ts"

const logitsOf = (...rows: number[][]) => rows.map((row) => Float32Array.from(row))

test("is the root of the mean square difference over samples and logits", () => {
	const { rms } = divergence(logitsOf([1, 2], [3, 4]), logitsOf([1, 5], [3, 8]))
	expect(rms).toBeCloseTo(Math.sqrt((9 + 16) / 4), 12)
})

test("is nothing below a thousandth of the root mean square of what the dense model says", () => {
	expect(divergence(logitsOf([1, 2], [3, 4]), logitsOf([1, 5], [3, 8])).floor).toBeCloseTo(1e-3 * Math.sqrt(30 / 4), 12)
	const uniform = spanDivergence(logitsOf([1, 1, 5, 5]), logitsOf([1, 1, 5, 7]))
	expect(uniform.floor).toBeCloseTo(1e-3 * Math.log(2), 9)
})

test("counts the samples whose largest logit is another, of equal ones the first", () => {
	const dense = logitsOf([1, 0], [0, 1], [2, 2], [0, 3])
	expect(divergence(dense, logitsOf([5, 0], [1, 0], [2, 2], [3, 3])).flipped).toBe(0.5)
	expect(divergence(dense, dense)).toMatchObject({ rms: 0, flipped: 0 })
})

test("has no predictions to flip with a single logit", () => {
	expect(divergence(logitsOf([1], [2]), logitsOf([2], [1]))).toMatchObject({ rms: 1, flipped: null })
})

test("is predicted by the loss that approximates half the squared difference of a sample", () => {
	const difference = [0.3, -0.4]
	const loss = 0.5 * difference.reduce((sum, d) => sum + d * d, 0)
	expect(predictedRms(loss, 2)).toBeCloseTo(divergence(logitsOf([0, 0]), logitsOf(difference)).rms, 7)
})

test("of spans is the difference of log-probabilities over tokens, starts and ends apart", () => {
	// Three tokens: the same starts but for a constant, other ends.
	const dense = logitsOf([0, 1, 2, 0, 0, 0])
	const moved = logitsOf([5, 6, 7, 0, 0, Math.log(2)])
	const { rms, flipped } = spanDivergence(dense, moved)
	const before = Math.log(1 / 3)
	const differences = [Math.log(1 / 4) - before, Math.log(1 / 4) - before, Math.log(2 / 4) - before]
	expect(rms).toBeCloseTo(Math.sqrt(differences.reduce((sum, d) => sum + d * d, 0) / 6), 6)
	expect(flipped).toBe(1)
	expect(spanDivergence(dense, logitsOf([3, 4, 5, 1, 1, 1])).flipped).toBe(0)
})
