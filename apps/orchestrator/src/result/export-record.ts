import { type } from "arktype"
import { metric, metrics, natural, naturals, weightDtype } from "./parts.ts"

/** An ONNX file, how its logits differed from those of the safetensors on random token sequences, and its score where there is a task. */
export const form = type({
	format: "'fp32' | 'fp16' | 'int8'",
	file: "string",
	largest: "number | null",
	rms: "number | null",
	allowed: type({ largest: "number" }).or({ rms: "number" }),
	"score?": metric,
	"metrics?": metrics,
})

/** An ONNX file that was not sound, and why. */
export const leftOutForm = form.and({ reason: "string" })

/** winnow.json of a folder that was exported without being pruned by Winnow. */
export const exportRecordSchema = type({
	schema: "'winnow-export/1'",
	winnow: "string",
	model: { source: "string", "revision?": "string", sha256: "string", heads: naturals, neurons: naturals },
	parameters: natural,
	"weights?": { dtype: weightDtype },
	forms: form.array(),
	"leftOut?": leftOutForm.array(),
	files: { "[string]": natural },
})

/**
 * What `export` writes of a model that was not pruned by Winnow.
 *
 * - `model` the input: name, commit of the Hugging Face Hub, SHA-256 of weights and configuration, widths of its layers
 * - `weights.dtype` of the weight file
 * - `forms` ONNX files, and by how much their logits differed from those of the safetensors on 64 random token sequences: `largest` and
 *   root mean square difference, and what one of them was `allowed` to be
 * - `leftOut` those that were not sound, and are not in the folder: the `reason`
 * - `files` bytes of what the folder holds besides winnow.json and the checksums
 */
export type ExportRecord = typeof exportRecordSchema.infer
