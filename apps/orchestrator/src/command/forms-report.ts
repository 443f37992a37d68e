import type { ExportRecord } from "../result/export-record.ts"
import { aligned } from "./aligned.ts"
import { short } from "./quantities.ts"

/** ONNX files: their sizes, and how far their logits are from those of the safetensors. */
export function forms(forms: ExportRecord["forms"], files: ExportRecord["files"]): string {
	return aligned([
		["verified form", "size", "logits differ by at most", "allowed"],
		...forms.map(({ file, largest, allowed }) => [
			file,
			short(files[file]! + (files[`${file}_data`] ?? 0), "B"),
			apart(largest),
			apart(allowed),
		]),
	])
}

/** Two digits: `1.2e-7`. */
export function apart(difference: number | null): string {
	return difference === null ? "not finite" : difference.toExponential(1)
}
