import { expect, test } from "vitest"
import { ownTask, taskNamed } from "../src/index.ts"
import { labelOf } from "../src/label-of.ts"

const classes = (labels: readonly string[] | number) =>
	ownTask({ kind: "classification", text: "text", label: "label", labels })
const label = (labels: readonly string[] | number, cell: unknown) => labelOf(classes(labels), cell, "here")

test.each([
	["a whole number with a point", ["1.0", "1.", "1.00", 1, "1", 1n, " 1.0 "], ["bad", "good"]],
	["a truth value", [true, "true", "True", "TRUE"], ["bad", "good"]],
	["a truth value where labels are 0 and 1", [true, "true", "1.0"], 2],
	["a name that is a truth value", [true, "True"], ["false", "true"]],
	["a number that is a name", [2, "2", "2.0"], ["1", "2"]],
	["a name with a point", [2, "2", "2.0"], ["1.0", "2.0"]],
] as const)("%s is a label", (_, cells, labels) => {
	for (const cell of cells) expect(label(labels, cell)).toBe(1)
})

test("false is the first of two labels", () => {
	for (const cell of [false, "False", "0.0", 0]) expect(label(["bad", "good"], cell)).toBe(0)
	expect(labelOf(taskNamed("sst2"), false, "here")).toBe(0)
})

test.each([
	["a fraction", ["1.5", 0.5, "1.01"], ["bad", "good"]],
	["a truth value of three labels", [true, "false"], ["a", "b", "c"]],
	["a truth value where numbers are other names", [true, false], ["1", "2"]],
	["a number that stands for two names", ["1.00"], ["1", "1.0"]],
	["an index beyond the labels", ["2.0", 2], ["bad", "good"]],
] as const)("%s is no label", (_, cells, labels) => {
	for (const cell of cells) expect(() => label(labels, cell)).toThrow(/^here: the label must be one of/)
})

test("a hidden label is one as a table writes it, too", () => {
	for (const cell of [-1, "-1", "-1.0", -1n]) expect(() => label(2, cell)).toThrow("a visible one")
})

test("a score is no truth value", () => {
	expect(() => labelOf(taskNamed("stsb"), true, "here")).toThrow("the label must be a number from 0 to 5 (was true)")
	expect(labelOf(taskNamed("stsb"), "4.0", "here")).toBe(4)
})

test("a message lists no more than 200 characters of labels", () => {
	const labels = Array.from({ length: 500 }, (_, index) => `class ${index} of many`)
	expect(() => label(labels, "none")).toThrow(/^.{0,320}$/)
})
