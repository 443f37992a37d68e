import { type } from "arktype"
import { form } from "./export-record.ts"
import { hubData, metric, metrics, natural } from "./parts.ts"

const scored = { "score?": metric, "metrics?": metrics } as const

/** What `winnow verify --json` prints. */
export const verificationSchema = type({
	schema: "'winnow-verification/1'",
	files: natural,
	"task?": "string",
	"split?": "string",
	"samples?": natural,
	"data?": hubData,
	"safetensors?": scored,
	forms: form.and(scored).array(),
	failures: "string[]",
})

/**
 * What came of verifying a folder.
 *
 * - `files` how many were compared with the checksums
 * - `forms` ONNX files: by how much their logits differed from those of the safetensors, on 64 random token sequences, `largest` and root
 *   mean square, and what one of them was `allowed` to be
 * - with a task, `safetensors` and each form have their scores on `samples` inputs of the split
 * - `failures` one line each; none where the folder is sound. Where files changed, nothing of them was run
 */
export type Verification = typeof verificationSchema.infer
