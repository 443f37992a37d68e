import { expect, it } from "vitest"
import { cellsOf } from "../src/cells.ts"
import { question, row, rows } from "./made-up.ts"

const at = { arm: "winnow", task: "sst2", seed: 0, macs: 0.5 }

it("holds every arm at every budget of every task, in the question's order, with the rows of all seeds", () => {
	const cells = cellsOf(question, rows().toReversed(), "rows.jsonl")
	expect(cells.map(({ task, macs, arm, rows }) => [task, macs, arm, rows.map(({ seed }) => seed)])).toEqual(
		["sst2", "stsb"].flatMap((task) => [
			[task, 0.5, "random", [0, 1]],
			[task, 0.5, "diagonal Fisher", [0, 1]],
			[task, 0.5, "winnow", [0, 1]],
			[task, 0.2, "random", [0]],
			[task, 0.2, "diagonal Fisher", [0]],
			[task, 0.2, "winnow", [0]],
		]),
	)
})

it("has cells without rows, which know how many there should be", () => {
	const cells = cellsOf(question, [row(at)], "rows.jsonl")
	expect(cells).toHaveLength(12)
	expect(cells.map(({ rows, seeds }) => [rows.length, seeds])).toEqual([
		...[
			[0, 2],
			[0, 2],
			[1, 2],
			[0, 1],
			[0, 1],
			[0, 1],
		], // sst2
		...[
			[0, 2],
			[0, 2],
			[0, 2],
			[0, 1],
			[0, 1],
			[0, 1],
		], // stsb
	])
})

it("counts the last of several rows of one cell and seed", () => {
	const cells = cellsOf(question, [row(at, { commit: "old" }), row(at, { commit: "new" })], "rows.jsonl")
	expect(cells.flatMap(({ rows }) => rows.map(({ commit }) => commit))).toEqual(["new"])
})

it.each([
	["another model", { model: { source: "minilm", sha256: "other" } }, "the model of task sst2"],
	["other samples", { samples: { count: 64, sha256: "other" } }, "the samples of task sst2, seed 0,"],
	[
		"other texts",
		{ guide: { measured: 1, predicted: null, flipped: 0, samples: 9, source: "rest" } },
		"the texts of task sst2",
	],
])("does not compare rows of %s", (_name, change, what) => {
	const mixed = [row(at), row({ ...at, arm: "random" }, change)]
	expect(() => cellsOf(question, mixed, "rows.jsonl")).toThrow(`rows.jsonl: ${what} must be the same in all rows`)
})
