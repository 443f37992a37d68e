import { type Sample, ShapeError } from "@winnow/tensor"
import type { Tokenizer } from "@winnow/tokenizer"
import { encodeTexts } from "./encode-texts.ts"
import type { Example } from "./read-examples.ts"
import type { AnyTask } from "./task.ts"

export interface EncodeOptions {
	/** Tokens, special ones included, that an input is cut to. Default: the task's; where it has none, nothing is cut. */
	readonly maxLength?: number | undefined
	/** Told which examples were cut. */
	readonly onCut?: ((example: Example) => void) | undefined
	/** Logit of each of the task's labels, as `labelMap` gives it. Default: GLUE's order. */
	readonly labelMap?: readonly number[] | undefined
}

/**
 * Tokenises examples for a model: `target` is the logit of the label, or the score.
 *
 * @throws {ShapeError} when the label map is not of this task
 * @example
 * const samples = encodeExamples(task, examples, tokenizer, { labelMap: labelMap(task, ["positive", "negative"], 2) })
 */
export function encodeExamples(
	task: AnyTask,
	examples: readonly Example[],
	tokenizer: Pick<Tokenizer, "encode">,
	{ maxLength = task.maxLength, labelMap, onCut }: EncodeOptions = {},
): readonly Sample[] {
	const map = task.kind === "classification" ? labelMap : undefined
	if (task.kind === "classification" && map !== undefined && map.length !== task.labels.length) {
		throw new ShapeError("encodeExamples", `the label map of ${task.name}`, `${task.labels.length} long`, map.length)
	}
	const samples = encodeTexts(examples, tokenizer, { maxLength, onCut })
	return samples.map((sample, index) => {
		const { label } = examples[index]!
		return label === undefined ? sample : { ...sample, target: map?.[label] ?? label }
	})
}
