import { excerpt, InvalidInputError } from "@winnow/tensor"
import { labelIndex } from "./label-index.ts"
import { type AnyTask, logitsOf } from "./task.ts"

/**
 * Which of the model's logits stands for each of the task's labels.
 *
 * Labels are matched by name. A model without names, or with the names that say nothing (`LABEL_0`, `0`), is taken to have GLUE's
 * order.
 *
 * @param modelLabels - the model's names, by logit (`id2label` of its config.json)
 * @param logits - how many the model has
 * @returns `map[label]` = logit; empty for a regression task
 * @throws {InvalidInputError} when the model has another number of logits, or names that are not the task's
 * @example
 * labelMap(taskNamed("sst2"), ["POSITIVE", "NEGATIVE"], 2) // => [1, 0]
 */
export function labelMap(task: AnyTask, modelLabels: readonly string[] | undefined, logits: number): readonly number[] {
	const needed = logitsOf(task)
	if (logits !== needed) {
		throw new InvalidInputError(task.name, "the number of the model's logits", String(needed), logits)
	}
	if (task.kind === "regression") return []
	const inOrder = task.labels.map((_, label) => label)
	if (modelLabels === undefined) return inOrder
	const map = areGeneric(modelLabels) ? inOrder : task.labels.map((name) => labelIndex(modelLabels, name))
	if (modelLabels.length !== needed || map.includes(-1)) {
		const expected = `${excerpt(task.labels.join(", "))}, in any order`
		throw new InvalidInputError(task.name, "the model's labels", expected, modelLabels.join(", "))
	}
	return map
}

/**
 * Whether a model's names of its logits say nothing: `LABEL_0`, `0`.
 *
 * @example
 * areGeneric(["LABEL_0", "LABEL_1"]) // => true
 */
export function areGeneric(modelLabels: readonly string[]): boolean {
	return modelLabels.every((name, logit) => name.toUpperCase() === `LABEL_${logit}` || name === String(logit))
}
