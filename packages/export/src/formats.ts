import type { Precision } from "@winnow/runtime"

/** ONNX files that a model folder may hold beside its safetensors, by their precision. */
export type Format = Precision

/** Where each lies: the names by which Transformers.js looks for them. */
export const formatFiles: Readonly<Record<Format, string>> = {
	fp32: "onnx/model.onnx",
	fp16: "onnx/model_fp16.onnx",
	int8: "onnx/model_quantized.onnx",
}

/** All of them, in this order everywhere. */
export const formats = Object.keys(formatFiles) as readonly Format[]
