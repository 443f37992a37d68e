import { expect, test } from "vitest"
import { readableJson } from "../src/result/readable-json.ts"

test("keeps lists of numbers on one line and indents the rest", () => {
	const text = readableJson({ kept: [[0, 2], []], model: { source: "bert", bytes: 3 }, none: undefined, empty: {} })
	expect(text).toBe(
		'{\n\t"kept": [\n\t\t[0, 2],\n\t\t[]\n\t],\n\t"model": {\n\t\t"source": "bert",\n\t\t"bytes": 3\n\t},\n\t"empty": {}\n}\n',
	)
})

test("says what JSON.stringify says", () => {
	const value = {
		a: [1, -2.5e-7, null, "x\n[1,  2]"],
		b: [{ c: [] }, { d: "é" }],
		e: true,
		f: [[["deep"]]],
		g: Number.NaN,
	}
	expect(JSON.parse(readableJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
})
