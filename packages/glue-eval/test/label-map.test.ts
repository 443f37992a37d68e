import { InvalidInputError } from "@winnow/tensor"
import { expect, test } from "vitest"
import { labelMap, taskNamed } from "../src/index.ts"

const sst2 = taskNamed("sst2")
const mnli = taskNamed("mnli")

test("labels are matched by name, whatever their order", () => {
	expect(labelMap(sst2, ["negative", "positive"], 2)).toEqual([0, 1])
	expect(labelMap(sst2, ["positive", "negative"], 2)).toEqual([1, 0])
	expect(labelMap(mnli, ["contradiction", "entailment", "neutral"], 3)).toEqual([1, 2, 0])
})

test("capitals and the sign between words do not count", () => {
	expect(labelMap(sst2, ["POSITIVE", "Negative"], 2)).toEqual([1, 0])
	expect(labelMap(taskNamed("rte"), ["Not-Entailment", "ENTAILMENT"], 2)).toEqual([1, 0])
	expect(labelMap(taskNamed("qqp"), ["not duplicate", "duplicate"], 2)).toEqual([0, 1])
})

test("a model without names has GLUE's order", () => {
	expect(labelMap(mnli, undefined, 3)).toEqual([0, 1, 2])
	expect(labelMap(mnli, ["LABEL_0", "LABEL_1", "LABEL_2"], 3)).toEqual([0, 1, 2])
	expect(labelMap(sst2, ["0", "1"], 2)).toEqual([0, 1])
})

test("a regression task has no labels to map, whatever the model calls its logit", () => {
	expect(labelMap(taskNamed("stsb"), ["LABEL_0"], 1)).toEqual([])
	expect(labelMap(taskNamed("stsb"), ["similarity"], 1)).toEqual([])
	expect(labelMap(taskNamed("stsb"), undefined, 1)).toEqual([])
})

test("names that are not the task's are refused, and both lists are shown", () => {
	const expected = (names: string) =>
		new InvalidInputError("sst2", "the model's labels", "negative, positive, in any order", names)
	for (const names of [
		["bad", "good"],
		["negative", "neutral"],
		["negative", "negative"],
		["LABEL_1", "LABEL_0"],
		["LABEL_0", "positive"],
	]) {
		expect(() => labelMap(sst2, names, 2)).toThrow(expected(names.join(", ")))
	}
	expect(() => labelMap(sst2, ["negative", "positive", "neutral"], 2)).toThrow(expected("negative, positive, neutral"))
	expect(() => labelMap(sst2, ["LABEL_0"], 2)).toThrow(expected("LABEL_0"))
	expect(() => labelMap(sst2, [], 2)).toThrow(expected(""))
})

test("another number of logits is refused", () => {
	expect(() => labelMap(sst2, undefined, 1)).toThrow("sst2: the number of the model's logits must be 2 (was 1)")
	expect(() => labelMap(taskNamed("stsb"), undefined, 2)).toThrow(
		"stsb: the number of the model's logits must be 1 (was 2)",
	)
	expect(() => labelMap(mnli, ["negative", "positive"], 2)).toThrow(InvalidInputError)
})
