import { type } from "arktype"
import { count, seed, taskFields, text, threadCount } from "./fields.ts"
import { runtimeNames } from "./runtime-names.ts"
import { refuseUnclearTask } from "./task-choice.ts"
import { validatedRequest } from "./validated-request.ts"

const evaluationRequestSchema = type({
	model: text("the model's folder, or its name on the Hugging Face Hub"),
	task: text("the name of a task"),
	...taskFields,
	data: text("the folder or file of the task's data, or its name on the Hugging Face Hub"),
	split: text("the name of a split").default("dev"),
	seed,
	"maxLength?": count,
	"threads?": threadCount,
	"runtime?": type.enumerated(...runtimeNames),
})

/**
 * Which model to score, on what.
 *
 * - `model` its folder, `task` its task, `data` folder of the task's files, `split` of them (`dev`)
 * - `data` may be one file of your own, whose rows are split by `seed` (0) into 80 % `train`, 10 % `dev` and 10 % `test`
 * - `maxLength` tokens that texts are cut to; default: GLUE's of its tasks, else the tokenizer's or as many as the model has positions
 * - `textColumns`, `labelColumn`, `labels` of the tasks `classification` and `regression`, whose files are your own
 * - `runtime` what runs the model, `onnx` or `tfjs`; default: the faster one that loads, which is `onnx`
 * - `threads` of the runtime; default: as many as there are processors
 */
export type EvaluationRequest = typeof evaluationRequestSchema.inferIn

/** @throws {InvalidInputError} naming the field */
export function resolveEvaluation(request: EvaluationRequest): typeof evaluationRequestSchema.inferOut {
	const resolved = validatedRequest(evaluationRequestSchema, request, "evaluate")
	refuseUnclearTask(resolved, "evaluate")
	return resolved
}
