import { availableParallelism } from "node:os"
import { validated } from "@winnow/checkpoint"
import { type } from "arktype"
import { count, text } from "./fields.ts"
import { runtimeNames } from "./runtime-names.ts"

const counts = count.or(count.array().atLeastLength(1)).describe("a positive whole number, or a list of them")

const profileRequestSchema = type({
	model: text("the model's folder, or its name on the Hugging Face Hub"),
	batch: counts.default(1),
	length: counts.default(128),
	"threads?": counts,
	precision: type("'fp32'").default("fp32"),
	"runtime?": type.enumerated(...runtimeNames),
})

/**
 * What to measure: latencies of a model served with `batch` inputs at a time (1), of `length` tokens each (128), on so many `threads` (as
 * many as there are processors). Of lists, every combination. `runtime` as in a recipe; `precision` is fp32.
 */
export type ProfileRequest = typeof profileRequestSchema.inferIn

/** Every setting that a request asks for. */
export interface ResolvedProfile extends Pick<typeof profileRequestSchema.infer, "model" | "runtime" | "precision"> {
	readonly batch: readonly number[]
	readonly length: readonly number[]
	readonly threads: readonly number[]
}

/** @throws {InvalidInputError} naming the field */
export function resolveProfile(request: ProfileRequest): ResolvedProfile {
	const {
		batch,
		length,
		threads = availableParallelism(),
		...rest
	} = validated(profileRequestSchema, request, "profile")
	return { ...rest, batch: [batch].flat(), length: [length].flat(), threads: [threads].flat() }
}
