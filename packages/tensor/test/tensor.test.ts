import { expect, test } from "vitest"
import { mustBe, ShapeError, tensor, WinnowError } from "../src/index.ts"

test("a tensor knows its axes and keeps the data it was given", () => {
	const data = Float32Array.of(1, 2, 3, 4, 5, 6)
	const made = tensor("sample unit", [2, 3], data)
	const shape: readonly [number, number] = made.shape
	expect(shape).toEqual([2, 3])
	expect(made.data).toBe(data)
})

test("a scalar and an empty axis are tensors", () => {
	expect(tensor("", [], Float64Array.of(7)).data[0]).toBe(7)
	expect(tensor("sample unit", [4, 0], new Float32Array(0)).shape).toEqual([4, 0])
})

test("sizes that do not fit the data are refused", () => {
	expect(() => tensor("unit", [3], new Float32Array(2))).toThrow(
		new ShapeError("tensor", "the data of [3]", "3 long", 2),
	)
	expect(() => tensor("unit", [-1], new Float32Array(0))).toThrow(
		`tensor: ${mustBe("the size of axis unit", "a natural number", -1)}`,
	)
})

test("errors are recognised by their marker, also from another copy of the package", () => {
	expect(WinnowError.is(new ShapeError("here", "it", "that", "this"))).toBe(true)
	expect(WinnowError.is(new Error("here"))).toBe(false)
})
