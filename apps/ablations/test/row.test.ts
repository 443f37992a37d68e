import { expect, it } from "vitest"
import { linesOf } from "../src/json-lines.ts"
import { rowsOf } from "../src/row.ts"
import { row, rows } from "./made-up.ts"

const at = { arm: "winnow", task: "sst2", seed: 0, macs: 0.5 }

it("is the same after it was written and read", () => {
	const text = linesOf(rows())
	expect(text.match(/\n/g)).toHaveLength(rows().length)
	expect(rowsOf(text, "rows.jsonl")).toEqual(rows())
})

it("keeps a score that is undefined", () => {
	const undefinedScore = row(at, {
		score: { dense: 0.9, pruned: null },
		change: { score: null, low: null, high: null },
	})
	expect(rowsOf(linesOf([undefinedScore]), "rows.jsonl")).toEqual([undefinedScore])
})

it("names the line and the field of what is no row", () => {
	const { guide: _guide, ...rest } = row(at)
	const text = `${linesOf([row(at)])}${JSON.stringify(rest)}\n`
	expect(() => rowsOf(text, "rows.jsonl")).toThrow("rows.jsonl: guide of line 2 must be")
	expect(() => rowsOf('{"schema": "winnow-abl', "rows.jsonl")).toThrow("rows.jsonl: line 1 must be JSON")
})
