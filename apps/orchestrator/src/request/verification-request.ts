import { InvalidInputError } from "@winnow/tensor"
import { type } from "arktype"
import { count, seed, taskFields, text, threadCount } from "./fields.ts"
import { refuseUnclearTask } from "./task-choice.ts"
import { validatedRequest } from "./validated-request.ts"

const verificationRequestSchema = type({
	folder: text("a folder that winnow wrote"),
	"task?": text("the name of a task"),
	...taskFields,
	"data?": text("the folder or file of the task's data, or its name on the Hugging Face Hub"),
	split: text("the name of a split").default("dev"),
	seed,
	"maxLength?": count,
	"threads?": threadCount,
})

/**
 * Which folder to verify.
 *
 * - `folder` as `prune` or `export` wrote it
 * - `task` and `data` to score every form of the model, too, on `split` (`dev`); `textColumns`, `labelColumn`, `labels` as in a recipe,
 *   `seed` and `maxLength` as in an evaluation
 * - `threads` of the runtime; default: as many as there are processors
 */
export type VerificationRequest = typeof verificationRequestSchema.inferIn

/** @throws {InvalidInputError} naming the field */
export function resolveVerification(request: VerificationRequest): typeof verificationRequestSchema.inferOut {
	const resolved = validatedRequest(verificationRequestSchema, request, "verify")
	const { task, data } = resolved
	if (task !== undefined && data === undefined)
		throw new InvalidInputError("verify", "data", "given with `task`", "missing")
	if (task === undefined && data !== undefined)
		throw new InvalidInputError("verify", "task", "given with `data`", "missing")
	if (task !== undefined) refuseUnclearTask({ ...resolved, task }, "verify")
	return resolved
}
