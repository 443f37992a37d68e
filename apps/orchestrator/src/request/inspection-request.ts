import { type } from "arktype"
import { text } from "./fields.ts"
import { validatedRequest } from "./validated-request.ts"

const inspectionRequestSchema = type({
	model: text("the model's folder, or its name on the Hugging Face Hub"),
	"length?": type("0 < number <= 9007199254740991").describe("a positive number of tokens"),
})

/** Which model to look at, and at how many tokens a sample its MACs are counted (`length`; default: 128, or the model's positions). */
export type InspectionRequest = typeof inspectionRequestSchema.inferIn

/** @throws {InvalidInputError} naming the field */
export function resolveInspection(request: InspectionRequest): typeof inspectionRequestSchema.inferOut {
	return validatedRequest(inspectionRequestSchema, request, "inspect")
}
