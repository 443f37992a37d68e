import { InvalidInputError } from "@winnow/tensor"
import { type } from "arktype"
import { notAList } from "../json/not-a-list.ts"
import { type JsonObject, jsonObject } from "../json/parse-json-object.ts"
import { validated } from "../json/validated.ts"

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
	/** Names of the logits, in their order; `undefined` where the file has no `id2label`. */
	readonly labels: readonly string[] | undefined
	/** The whole file: a family checks its own fields in it. */
	readonly raw: JsonObject
}

// Transformers 5 also reads the ids as text.
const labelId = type("number.integer >= 0 | string.integer.parse").describe("a natural number")
const commonFields = type({
	model_type: "string",
	"architectures?": "string[]",
	"id2label?": type({ "[string]": "string" }).narrow(notAList),
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
 * The labels must be beyond doubt, for a wrong order of them makes a wrong loss without an error: `id2label` has the keys 0 to n - 1,
 * `label2id` is its inverse and `num_labels` its size, where they are given.
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
	const labels = fields.id2label === undefined ? undefined : labelsOf(fields.id2label, where)
	if (labels !== undefined) {
		refuseOtherCount(labels, fields.num_labels, where)
		refuseOtherOrder(labels, fields.label2id, where)
	}
	return { ...fields, labels, raw }
}

function labelsOf(id2label: Readonly<Record<string, string>>, where: string): readonly string[] {
	return Object.keys(id2label).map((_, id, keys) => {
		if (Object.hasOwn(id2label, id)) return id2label[id]!
		throw new InvalidInputError(where, "id2label", `keyed from 0 to ${keys.length - 1}`, `without ${id}`)
	})
}

function refuseOtherCount(labels: readonly string[], count: number | undefined, where: string): void {
	if (count === undefined || count === labels.length) return
	throw new InvalidInputError(where, "num_labels", `${labels.length}, the size of id2label`, count)
}

function refuseOtherOrder(
	labels: readonly string[],
	label2id: Readonly<Record<string, number>> | undefined,
	where: string,
): void {
	if (label2id === undefined) return
	for (const [id, label] of labels.entries()) {
		const other = Object.hasOwn(label2id, label) ? label2id[label] : "missing"
		if (other === id) continue
		throw new InvalidInputError(where, `label2id of ${JSON.stringify(label)}`, `${id}, as in id2label`, other)
	}
	const count = Object.keys(label2id).length
	if (count === labels.length) return
	throw new InvalidInputError(where, "label2id", `${labels.length} labels, those of id2label`, `${count} labels`)
}
