import type { ExportRecord } from "../result/export-record.ts"
import { short } from "../result/quantities.ts"
import { aligned } from "./aligned.ts"

/** ONNX files: their sizes, and how far their logits are from those of the safetensors. */
export function forms(forms: ExportRecord["forms"], files: ExportRecord["files"]): string {
	return aligned([
		["verified form", "size", ...differenceHead],
		...forms.map((form) => [
			form.file,
			short(files[form.file]! + (files[`${form.file}_data`] ?? 0), "B"),
			...difference(form),
		]),
	])
}

export const differenceHead = ["logits differ by at most", "root mean square", "allowed"]

/** Cells of one form. */
export function difference({ largest, rms, allowed }: ExportRecord["forms"][number]): string[] {
	const [most, of] = "largest" in allowed ? [allowed.largest, "at most"] : [allowed.rms, "root mean square"]
	return [apart(largest), apart(rms), `${apart(most)} ${of}`]
}

/** Two digits: `1.2e-7`. */
function apart(difference: number | null): string {
	return difference === null ? "not finite" : difference.toExponential(1)
}
