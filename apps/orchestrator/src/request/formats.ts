import { formats } from "@winnow/export"
import { type } from "arktype"

/** ONNX files to write beside the safetensors: a list of their precisions, which may be empty. */
export const formatList = type.enumerated(...formats).array()
