import { availableParallelism } from "node:os"
import { InvalidInputError } from "@winnow/tensor"
import { type } from "arktype"
import { count, text, threadCount } from "./fields.ts"
import { runtimeNames } from "./runtime-names.ts"
import { type ServedPrecision, servedPrecisions } from "./served-precisions.ts"
import { validatedRequest } from "./validated-request.ts"

const counts = count.or(count.array().atLeastLength(1)).describe("a positive whole number, or a list of them")
const precision = type.enumerated(...servedPrecisions)

const profileRequestSchema = type({
	model: text("the model's folder, or its name on the Hugging Face Hub"),
	batch: counts.default(1),
	"length?": counts,
	"threads?": threadCount
		.or(threadCount.array().atLeastLength(1))
		.describe(`${threadCount.description}, or a list of them`),
	precision: precision
		.or(precision.array().atLeastLength(1))
		.describe(`${servedPrecisions.join(" or ")}, or a list of them`)
		.default("fp32"),
	"runtime?": type.enumerated(...runtimeNames),
})

/**
 * What to measure: latencies of a model served with `batch` inputs at a time (1), of `length` tokens each (128, or the model's positions), on so many `threads` (as
 * many as there are processors), in `precision` fp32 (the default) or int8. Of lists, every combination. `runtime` as in a recipe; only
 * `onnx` runs int8.
 */
export type ProfileRequest = typeof profileRequestSchema.inferIn

/** Every setting that a request asks for. */
export interface ResolvedProfile extends Pick<typeof profileRequestSchema.infer, "model" | "runtime"> {
	readonly batch: readonly number[]
	/** Undefined where the model is to say. */
	readonly length: readonly number[] | undefined
	readonly threads: readonly number[]
	readonly precision: readonly ServedPrecision[]
}

/** @throws {InvalidInputError} naming the field */
export function resolveProfile(request: ProfileRequest): ResolvedProfile {
	const {
		batch,
		length,
		threads = availableParallelism(),
		precision,
		...rest
	} = validatedRequest(profileRequestSchema, request, "profile")
	if (rest.runtime === "tfjs" && [precision].flat().includes("int8")) {
		throw new InvalidInputError("profile", "precision", "fp32 with `runtime` tfjs", [precision].flat().join(", "))
	}
	const [inputs, tokens, counts] = [
		[batch].flat(),
		length === undefined ? undefined : [length].flat(),
		[threads].flat(),
	]
	return { ...rest, batch: inputs, length: tokens, threads: counts, precision: [precision].flat() }
}
