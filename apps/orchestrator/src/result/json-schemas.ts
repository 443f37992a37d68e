import { latencyTableSchema } from "@winnow/latency-profiler"
import { diagnosisSchema } from "../diagnosis/diagnosis.ts"
import { recipeSchema } from "../request/recipe.ts"
import { evaluationSchema } from "./evaluation.ts"
import { exportRecordSchema } from "./export-record.ts"
import { inspectionSchema } from "./inspection.ts"
import { pruneResultSchema } from "./prune-result.ts"
import { verificationSchema } from "./verification.ts"

/** JSON schemas (draft 2020-12) of what goes in and comes out: a recipe, winnow.json, and what `--json` prints. */
export const jsonSchemas = {
	recipe: recipeSchema.in.toJsonSchema(),
	result: pruneResultSchema.out.toJsonSchema(),
	evaluation: evaluationSchema.toJsonSchema(),
	exported: exportRecordSchema.toJsonSchema(),
	verification: verificationSchema.toJsonSchema(),
	inspection: inspectionSchema.toJsonSchema(),
	latency: latencyTableSchema.toJsonSchema(),
	diagnosis: diagnosisSchema.toJsonSchema(),
}
