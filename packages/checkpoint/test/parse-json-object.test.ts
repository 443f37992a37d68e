import { InvalidInputError } from "@winnow/tensor"
import fc from "fast-check"
import { expect, test } from "vitest"
import { duplicateKey } from "../src/json/duplicate-key.ts"
import { parseJsonObject } from "../src/json/parse-json-object.ts"

const parse = (text: string) => parseJsonObject(Buffer.from(text), "config.json")

test("an object is returned as JSON.parse does, keys in the order of the file", () => {
	expect(Object.entries(parse(' {"b": [1, {"c": null}], "a": "\\u00e9"}\n'))).toEqual([
		["b", [1, { c: null }]],
		["a", "é"],
	])
})

test("what is not an object is refused by what it is", () => {
	for (const [text, actual] of [
		["[1]", "a list"],
		["null", "null"],
		["3", "a number"],
	] as const) {
		expect(() => parse(text)).toThrow(new InvalidInputError("config.json", "the file", "a JSON object", actual))
	}
})

test("what is not JSON is refused in one line", () => {
	for (const text of ["", "{", '{\n"a": NaN\n}', "{'a': 1}", "\uFEFF{}"]) {
		expect(() => parse(text)).toThrow(/^config\.json: the file must be JSON \(was not: .*\)$/)
	}
	const latin1 = Buffer.from('{"a": "é"}', "latin1")
	const refusal = new InvalidInputError("config.json", "the file", "UTF-8 text", "other bytes")
	expect(() => parseJsonObject(latin1, "config.json")).toThrow(refusal)
})

test("a key that stands twice in one object is refused, however it is escaped", () => {
	const texts = ['{"a": 1, "a": 1}', '{"a": 1, "\\u0061" : 2}', '{"x": [{"y": {}, "a": [], "b": "\\"", "a": 0}]}']
	for (const text of texts) {
		const refusal = new InvalidInputError("config.json", 'the key "a" in the file', "there once", "there twice")
		expect(() => parse(text)).toThrow(refusal)
	}
})

test("the same key in two objects, or as a value, is no duplicate", () => {
	expect(
		duplicateKey('{"a": {"a": "a"}, "b": ["a", "a", {"a": 1}, {"a": 2}], "c\\\\": "c", "c": "\\""}'),
	).toBeUndefined()
})

test("duplicates are found exactly where a key was written twice", () => {
	fc.assert(
		fc.property(
			fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
			fc.nat(),
			fc.boolean(),
			(object, pick, twice) => {
				const members = Object.entries(object).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
				const key = Object.keys(object)[pick % members.length]!
				if (twice) members.push(`${JSON.stringify(key)} :0`)
				expect(duplicateKey(`{${members.join()}}`)).toBe(twice ? key : undefined)
			},
		),
		{ seed: 1, numRuns: 500 },
	)
})
