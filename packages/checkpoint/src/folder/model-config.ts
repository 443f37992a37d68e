import { type } from "arktype"
import { notAList } from "../json/not-a-list.ts"
import { type JsonObject, jsonObject } from "../json/parse-json-object.ts"
import { validated } from "../json/validated.ts"
import { labelsOf } from "./labels-of.ts"

/** What the config.json of every model family has, checked, under the file's own names. A `null` in the file counts as absent. */
export interface ModelConfig {
	/** The family: `bert`, ... */
	readonly model_type: string
	/** Transformers' class names, which tell the head: `BertForSequenceClassification`. */
	readonly architectures?: readonly string[]
	readonly id2label?: Readonly<Record<string, string>>
	readonly label2id?: Readonly<Record<string, number>>
	readonly num_labels?: number
	readonly problem_type?: string
	readonly dtype?: string
	/** The name of `dtype` before Transformers 5. */
	readonly torch_dtype?: string
	readonly is_decoder?: boolean
	readonly add_cross_attention?: boolean
	/** Names of the logits, in their order; `undefined` where the file names none. */
	readonly labels: readonly string[] | undefined
	/** The whole file: a family checks its own fields in it. */
	readonly raw: JsonObject
}

// Transformers 5 also reads the ids as text.
const labelId = type("number.integer >= 0 | string.integer.parse").describe("a natural number")
// JSON numbers of a config.json that was made of a data set's classes.
const labelName = type("string | number")
	.narrow((value, context) => typeof value === "string" || Number.isInteger(value) || context.mustBe("a whole number"))
	.pipe(String)
const commonFields = type({
	model_type: "string",
	"architectures?": "string[]",
	"id2label?": type({ "[string]": labelName }).narrow(notAList),
	"label2id?": type({ "[string]": labelId }).narrow(notAList),
	"num_labels?": type("number.integer >= 0").describe("a natural number"),
	"problem_type?": "string",
	"dtype?": "string",
	"torch_dtype?": "string",
	"is_decoder?": "boolean",
	"add_cross_attention?": "boolean",
}).onUndeclaredKey("delete")

/**
 * The common fields of a model's configuration.
 *
 * The labels must be beyond doubt (`labelsOf`): `id2label` has the keys 0 to n - 1, `label2id` is its inverse and `num_labels` its size,
 * where they are given and say more than Transformers makes up.
 *
 * @param json - what config.json holds, parsed
 * @param where - the file, for messages
 * @throws {InvalidInputError} `config.json: num_labels must be a natural number (was "x")`
 * @example
 * parseModelConfig({ model_type: "bert", id2label: { 0: "no", 1: "yes" } }, "config.json").labels // => ["no", "yes"]
 */
export function parseModelConfig(json: unknown, where: string): ModelConfig {
	const raw = jsonObject(json, where, "the configuration")
	const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null))
	const fields = validated(commonFields, given, where)
	return { ...fields, labels: labelsOf(fields, where), raw }
}
