import { InvalidInputError } from "@winnow/tensor"
import { expect, test } from "vitest"
import { parseSampleIndices } from "../src/index.ts"

const parse = (json: string, rows = 5) => parseSampleIndices(json, rows, "sample.json")

test("an array, an object with sample_indices or a winnow.json is read, order and repetitions kept", () => {
	expect(parse("[4, 0, 4]")).toEqual(Uint32Array.of(4, 0, 4))
	expect(parse('{"task": "sst2", "sample_indices": [3, 1]}')).toEqual(Uint32Array.of(3, 1))
	expect(parse('{"schema": "winnow-result/1", "samples": {"indices": [3, 1], "sha256": "5a"}}')).toEqual(
		Uint32Array.of(3, 1),
	)
})

test("a number that is no row is refused with its position", () => {
	for (const index of ["5", "-1", "1.5", '"1"', "null", "true"]) {
		expect(() => parse(`[0, ${index}]`)).toThrow(
			new InvalidInputError("sample.json", "sample index 1", "a row number from 0 to 4", JSON.parse(index)),
		)
	}
})

test("anything else is refused", () => {
	const expected = "sample.json: the sample must be a JSON array of row numbers or {sample_indices}"
	expect(() => parse("[]")).toThrow(`${expected} (was an empty array)`)
	expect(() => parse('{"sample_indices": []}')).toThrow(`${expected} (was an empty array)`)
	expect(() => parse('{"sample_indices": 3}')).toThrow(`${expected} (was number)`)
	expect(() => parse('{"indices": [3]}')).toThrow(`${expected} (was object)`)
	expect(() => parse("null")).toThrow(`${expected} (was null)`)
	expect(() => parse("[1, 2")).toThrow("sample.json: the sample must be JSON (was no JSON)")
})
