import { type } from "arktype"
import { cutTexts } from "./cut-texts.ts"
import { form } from "./export-record.ts"
import { fileSplit } from "./file-split.ts"
import { hubData, metric, metrics, natural } from "./parts.ts"

const scored = { "score?": metric, "metrics?": metrics } as const

/** What `winnow verify --json` prints. */
export const verificationSchema = type({
	schema: "'winnow-verification/1'",
	files: natural,
	changed: "string[]",
	missing: "string[]",
	added: "string[]",
	weights: "'as written' | 'changed'",
	"task?": "string",
	"split?": "string",
	"fileSplit?": fileSplit,
	"cut?": cutTexts,
	"samples?": natural,
	"data?": hubData,
	"safetensors?": scored,
	forms: form.array(),
	failures: "string[]",
})

/**
 * What came of verifying a folder.
 *
 * - `files` how many were compared with the checksums; `changed`, `missing` and `added` since they were written, paths in the folder
 * - `weights` whether safetensors, configuration, tokenizer and classes are as they were written; where they are not, nothing was run
 * - `forms` ONNX files that are as they were written: by how much their logits differed from those of the safetensors, on 64 random token
 *   sequences, `largest` and root mean square, and what one of them was `allowed` to be
 * - with a task, `safetensors` and each form have their scores on `samples` inputs of the split
 * - `failures` one line each; none where the folder is sound. A changed model card and added files are no failures
 */
export type Verification = typeof verificationSchema.infer
