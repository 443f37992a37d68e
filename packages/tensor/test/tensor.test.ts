import { expect, test } from "vitest"
import { excerpt, InvalidInputError, mustBe, ShapeError, tensor, UnsupportedError, WinnowError } from "../src/index.ts"

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

test("a message shows 200 characters of a user's data at most, whatever the data are", () => {
	const shown = (actual: unknown) => /^it must be that \(was (.*)\)$/s.exec(mustBe("it", "that", actual))![1]!
	expect(shown("x".repeat(200))).toBe("x".repeat(200))
	expect(shown("x".repeat(201))).toBe(`${"x".repeat(197)}...`)
	expect(shown("\n".repeat(150))).toBe(`${"\\n".repeat(98)}\\...`)
	expect(shown(`${"x".repeat(196)}😀 and more`)).toBe(`${"x".repeat(196)}...`)
	expect(shown(Array(5000).fill(1))).toHaveLength(200)
	expect(shown({ text: "x".repeat(1e6) })).toHaveLength(200)
	expect(shown(new Uint8Array(1e6))).toBe("1000000 bytes")
	expect(new InvalidInputError("here", "it", "that", "x".repeat(1e6)).message).toHaveLength(228)
})

test("a message is one line without control characters, whatever it is about", () => {
	const { message } = new InvalidInputError("a\tfile\n.csv", "it", "that", "\u001b[31mred\u2028\u202e\u0085")
	expect(message).toBe("a\\tfile\\n.csv: it must be that (was \\u001b[31mred\\u2028\\u202e\\u0085)")
	expect(new UnsupportedError("here", "two\r\nlines").message).toBe("here: two\\r\\nlines")
	expect(excerpt('naïve 😀 "so" \\ as it stands')).toBe('naïve 😀 "so" \\ as it stands')
})

test("a value that JSON cannot hold is shown, too", () => {
	const circle: unknown[] = []
	circle.push(circle)
	expect(mustBe("it", "that", circle)).toBe("it must be that (was a list of 1)")
	expect(mustBe("it", "that", { count: 7n })).toBe('it must be that (was {"count":"7"})')
	expect(mustBe("it", "that", 7n)).toBe("it must be that (was 7)")
	expect(mustBe("it", "that", undefined)).toBe("it must be that (was undefined)")
})

test("a message shows no more than 200 characters of a name that the user gave", () => {
	const message = mustBe(`tensor ${JSON.stringify("x".repeat(3000))}`, "in the file", "missing")
	expect(message).toMatch(/^tensor "x{189}\.\.\. must be in the file \(was missing\)$/)
})
