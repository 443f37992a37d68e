import { formats } from "@winnow/export"
import { type } from "arktype"
import { dtypeChoice } from "./dtypes.ts"
import { text, threadCount } from "./fields.ts"
import { formatList } from "./formats.ts"
import { validatedRequest } from "./validated-request.ts"

const exportRequestSchema = type({
	model: text("the model's folder, or its name on the Hugging Face Hub"),
	out: text("the output folder"),
	dtype: dtypeChoice.default("auto"),
	formats: formatList.default(() => [...formats]),
	"threads?": threadCount,
})

/**
 * Which model to write as a finished folder.
 *
 * - `model` its folder, pruned or not; `out` the folder to write
 * - `dtype` of the weight file: `float32`, `float16`, `bfloat16`, or `auto`, what each tensor came in (`auto`)
 * - `formats` ONNX files beside the safetensors: `fp32`, `fp16`, `int8` (all)
 * - `threads` of the runtime that verifies them; default: as many as there are processors
 */
export type ExportRequest = typeof exportRequestSchema.inferIn

/** @throws {InvalidInputError} naming the field */
export function resolveExport(request: ExportRequest): typeof exportRequestSchema.inferOut {
	return validatedRequest(exportRequestSchema, request, "export")
}
