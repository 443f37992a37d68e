import type { ExportRecord } from "../result/export-record.ts"
import type { PruneResult } from "../result/prune-result.ts"
import { score, short } from "../result/quantities.ts"
import { aligned } from "./aligned.ts"

/** ONNX files: their sizes, how far their logits are from those of the safetensors, what they score; and which were left out, and why. */
export function formsReport({
	forms = [],
	leftOut = [],
	files,
}: Pick<PruneResult, "forms" | "leftOut" | "files">): string {
	const main = Object.keys(forms[0]?.metrics ?? {})[0]
	const table = aligned([
		["verified form", "size", ...differenceHead, ...(main === undefined ? [] : [main])],
		...forms.map((form) => [
			form.file,
			short(files[form.file]! + (files[`${form.file}_data`] ?? 0), "B"),
			...difference(form),
			...(main === undefined ? [] : [score(form.score ?? null)]),
		]),
	])
	const without = leftOut.map(({ file, reason }) => `${file} is left out: ${reason}\n`)
	return [forms.length > 0 ? table : "", ...without].join("")
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
