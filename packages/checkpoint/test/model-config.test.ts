import { readFileSync } from "node:fs"
import { InvalidInputError } from "@winnow/tensor"
import { type } from "arktype"
import { expect, test } from "vitest"
import { parseModelConfig, validated } from "../src/index.ts"

const parse = (fields: object) => parseModelConfig({ model_type: "bert", ...fields }, "config.json")

test("a real configuration gives its common fields, its labels in order, and everything else untouched", () => {
	const json = JSON.parse(readFileSync(new URL("fixtures/minilm-sst2.json", import.meta.url), "utf8"))
	const { raw, ...fields } = parseModelConfig(json, "config.json")
	expect(fields).toEqual({
		model_type: "bert",
		architectures: ["BertForSequenceClassification"],
		id2label: { 0: "negative", 1: "positive" },
		label2id: { negative: 0, positive: 1 },
		problem_type: "single_label_classification",
		dtype: "float16",
		is_decoder: false,
		add_cross_attention: false,
		labels: ["negative", "positive"],
	})
	expect(raw).toBe(json)
})

test("labels stand in the order of their ids, not of the file", () => {
	const id2label = Object.fromEntries(Array.from({ length: 12 }, (_, id) => [String(11 - id), `label ${11 - id}`]))
	expect(parse({ id2label }).labels?.[10]).toBe("label 10")
	expect(parse({ id2label: { 1: "b", 0: "a" }, label2id: { b: "1", a: 0 } }).label2id).toEqual({ a: 0, b: 1 })
	expect(parse({}).labels).toBeUndefined()
})

test.each<[string, object, readonly string[]]>([
	["id2label alone", { id2label: { 0: "no", 1: "yes" } }, ["no", "yes"]],
	[
		"id2label beside a label2id that Transformers made up",
		{ id2label: { 0: "no", 1: "yes" }, label2id: { LABEL_0: 0, LABEL_1: 1 } },
		["no", "yes"],
	],
	[
		"three names beside a label2id that was made up for two",
		{ id2label: { 0: "a", 1: "b", 2: "c" }, label2id: { LABEL_0: 0, LABEL_1: 1 } },
		["a", "b", "c"],
	],
	["label2id alone, whatever its order", { label2id: { yes: 1, no: 0 } }, ["no", "yes"]],
	[
		"label2id beside an id2label that Transformers made up",
		{ id2label: { 0: "LABEL_0", 1: "LABEL_1" }, label2id: { yes: 1, no: "0" } },
		["no", "yes"],
	],
	["id2label beside an empty label2id", { id2label: { 0: "no", 1: "yes" }, label2id: {} }, ["no", "yes"]],
	["whole numbers", { id2label: { 0: 1, 1: 5 }, label2id: { 1: 0, 5: 1 } }, ["1", "5"]],
	["made-up names in both", { id2label: { 0: "LABEL_0" }, label2id: { LABEL_0: 0 } }, ["LABEL_0"]],
])("labels are read from %s", (_, fields, labels) => {
	expect(parse(fields).labels).toEqual(labels)
})

test("null counts as absent, and stays in raw", () => {
	const config = parse({ architectures: null, id2label: null, problem_type: null, pad_token_id: null })
	expect(config).toEqual({
		model_type: "bert",
		labels: undefined,
		raw: { model_type: "bert", architectures: null, id2label: null, problem_type: null, pad_token_id: null },
	})
})

test.each<[object, string, string, unknown]>([
	[{ model_type: null }, "model_type", "a string", "missing"],
	[{ model_type: 3 }, "model_type", "a string", 3],
	[{ architectures: "Bert" }, "architectures", "an array", '"Bert"'],
	[{ architectures: ["A", 1] }, "architectures[1]", "a string", 1],
	[{ id2label: { 0: 1.5 } }, 'id2label["0"]', "a whole number", 1.5],
	[{ id2label: { 0: null } }, 'id2label["0"]', "a number or a string", null],
	[{ id2label: { 0: true } }, 'id2label["0"]', "a number or a string", true],
	[{ id2label: ["a", "b"] }, "id2label", "an object", '["a","b"]'],
	[{ id2label: { 0: "a", 2: "b" } }, "id2label", "keyed from 0 to 1", "without 1"],
	[{ id2label: { "00": "a", 1: "b" } }, "id2label", "keyed from 0 to 1", "without 0"],
	[{ label2id: { a: -1 } }, "label2id.a", "a natural number", -1],
	[{ label2id: { a: "x" } }, "label2id.a", "a natural number", '"x"'],
	[{ num_labels: "x" }, "num_labels", "a natural number", '"x"'],
	[{ num_labels: 1.5 }, "num_labels", "a natural number", 1.5],
	[{ id2label: { 0: "a", 1: "b" }, num_labels: 3 }, "num_labels", "2, the size of id2label", 3],
	[{ id2label: { 0: "a", 1: "b" }, label2id: { a: 1, b: 0 } }, 'label2id of "a"', "0, as in id2label", 1],
	[{ id2label: { 0: "a", 1: "b" }, label2id: { b: 1 } }, 'label2id of "a"', "0, as in id2label", "missing"],
	[{ id2label: { 0: "a", 1: "a" }, label2id: { a: 0 } }, 'label2id of "a"', "1, as in id2label", 0],
	[{ id2label: { 0: "a" }, label2id: { a: 0, b: 1 } }, "label2id", "1 labels, those of id2label", "2 labels"],
	[{ id2label: { 0: "toString" }, label2id: { a: 0 } }, 'label2id of "toString"', "0, as in id2label", "missing"],
	[{ label2id: { a: 0, b: 2 } }, "label2id", "a map to 0 to 1", "without 1"],
	[{ label2id: { a: 0, b: 0 } }, "label2id", "a map to 0 to 1", "without 1"],
	[{ label2id: { a: 0, b: 1 }, num_labels: 3 }, "num_labels", "2, the size of label2id", 3],
	[{ id2label: { 0: "LABEL_0", 1: "LABEL_1" }, label2id: { a: 0, b: 0 } }, "label2id", "a map to 0 to 1", "without 1"],
	[{ problem_type: 1 }, "problem_type", "a string", 1],
	[{ dtype: {} }, "dtype", "a string", "an object"],
	[{ torch_dtype: false }, "torch_dtype", "a string", false],
	[{ is_decoder: "true" }, "is_decoder", "false or true", '"true"'],
	[{ add_cross_attention: 0 }, "add_cross_attention", "false or true", 0],
])("%j is refused", (fields, what, expected, actual) => {
	expect(() => parse(fields)).toThrow(new InvalidInputError("config.json", what, expected, actual))
})

test("what is no object is refused", () => {
	expect(() => parseModelConfig([], "config.json")).toThrow(
		new InvalidInputError("config.json", "the configuration", "a JSON object", "a list"),
	)
})

test("validated speaks of the first mistake only, in one line, and shortens long values", () => {
	const schema = type({ hidden_size: type("number.integer > 0").describe("a positive integer"), layers: "number" })
	const check = (value: object) => validated(schema, value, "config.json")
	const fine: { hidden_size: number } = check({ hidden_size: 384, layers: 1 })
	expect(fine.hidden_size).toBe(384)
	expect(() => check({ hidden_size: "x", layers: 1 })).toThrow(
		'config.json: hidden_size must be a positive integer (was "x")',
	)
	expect(() => check({ hidden_size: -1, layers: "y" })).toThrow(/^config\.json: [^\n]+ must be [^\n]+\)$/)
	expect(() => check({ hidden_size: -0.5, layers: 1 })).toThrow(
		/^config\.json: hidden_size must be [^\n]+ \(was -0\.5\)$/,
	)
	expect(() => check({ hidden_size: `a\n${"b".repeat(99)}`, layers: 1 })).toThrow(/ \(was "a\\nb{56}\.\.\.\)$/)
	expect(() => validated(schema, { layers: 1 }, "x.json", "part 2")).toThrow(
		"x.json: hidden_size of part 2 must be a number (was missing)",
	)
})
