import { InvalidInputError } from "@winnow/tensor"

/** What a config.json says of its labels. */
export interface LabelFields {
	readonly id2label?: Readonly<Record<string, string>> | undefined
	readonly label2id?: Readonly<Record<string, number>> | undefined
	readonly num_labels?: number | undefined
}

/**
 * Names of the logits, in their order; `undefined` where no field names any.
 *
 * Names that Transformers makes up, `LABEL_0` and so on, contradict nothing: where only one of the two maps has names of its own, those
 * count.
 *
 * @throws {InvalidInputError} when ids are left out, both maps have names and one is not the other's inverse, or `num_labels` is another
 * number: a wrong order of the labels would make a wrong loss without an error
 */
export function labelsOf({ id2label, label2id, num_labels: count }: LabelFields, where: string) {
	const labels = namesOf({ id2label, label2id }, where)
	if (labels === undefined || count === undefined || count === labels.length) return labels
	const source = id2label === undefined ? "label2id" : "id2label"
	throw new InvalidInputError(where, "num_labels", `${labels.length}, the size of ${source}`, count)
}

function namesOf({ id2label, label2id }: LabelFields, where: string): readonly string[] | undefined {
	const isEmpty = label2id === undefined || Object.keys(label2id).length === 0
	if (id2label === undefined) return isEmpty ? undefined : inverse(label2id, where)
	const labels = inOrder(id2label, where)
	if (isEmpty || isMadeUp(label2id)) return labels
	if (labels.every((label, id) => label === madeUpName(id))) return inverse(label2id, where)
	refuseOtherOrder(labels, label2id, where)
	return labels
}

const madeUpName = (id: number) => `LABEL_${id}`

const isMadeUp = (label2id: Readonly<Record<string, number>>) =>
	Object.entries(label2id).every(([label, id]) => label === madeUpName(id))

/** The two fields of config.json that name logits. */
export interface LabelMaps {
	readonly id2label: Readonly<Record<string, string>>
	readonly label2id: Readonly<Record<string, number>>
}

/** The fields of config.json that name so many logits as Transformers does where nobody has. */
export function madeUpLabels(count: number): LabelMaps {
	return fieldsOfLabels(Array.from({ length: count }, (_, id) => madeUpName(id)))
}

/** The fields of config.json that give the logits these names. */
export function fieldsOfLabels(labels: readonly string[]): LabelMaps {
	return {
		id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
		label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
	}
}

function inOrder(id2label: Readonly<Record<string, string>>, where: string): readonly string[] {
	return Object.keys(id2label).map((_, id, keys) => {
		if (Object.hasOwn(id2label, id)) return id2label[id]!
		throw new InvalidInputError(where, "id2label", `keyed from 0 to ${keys.length - 1}`, `without ${id}`)
	})
}

function inverse(label2id: Readonly<Record<string, number>>, where: string): readonly string[] {
	const labels = new Map(Object.entries(label2id).map(([label, id]) => [id, label]))
	return Object.keys(label2id).map((_, id, keys) => {
		const label = labels.get(id)
		if (label !== undefined) return label
		throw new InvalidInputError(where, "label2id", `a map to 0 to ${keys.length - 1}`, `without ${id}`)
	})
}

function refuseOtherOrder(labels: readonly string[], label2id: Readonly<Record<string, number>>, where: string): void {
	for (const [id, label] of labels.entries()) {
		const other = Object.hasOwn(label2id, label) ? label2id[label] : "missing"
		if (other === id) continue
		throw new InvalidInputError(where, `label2id of ${JSON.stringify(label)}`, `${id}, as in id2label`, other)
	}
	const count = Object.keys(label2id).length
	if (count === labels.length) return
	throw new InvalidInputError(where, "label2id", `${labels.length} labels, those of id2label`, `${count} labels`)
}
