import { expect, test } from "vitest"
import { exact, f32, toBeAllclose } from "../src/index.ts"

test("passes within the tolerance and fails beyond it, naming the worst element", () => {
	expect(toBeAllclose([1, 2 + 1e-6], [1, 2], f32).pass).toBe(true)
	const failed = toBeAllclose([1, 2.1, 2.5], [1, 2, 2], f32)
	expect(failed.pass).toBe(false)
	expect(failed.message()).toContain("element 2 is 2.5, expected 2")
})

test("NaN equals only NaN", () => {
	expect(toBeAllclose([Number.NaN], [1], f32).pass).toBe(false)
	expect(toBeAllclose([1], [Number.NaN], f32).pass).toBe(false)
	expect(toBeAllclose([Number.NaN], [Number.NaN], exact).pass).toBe(true)
})

test("lists of different lengths differ", () => {
	expect(toBeAllclose([1], [1, 2], f32).pass).toBe(false)
})
