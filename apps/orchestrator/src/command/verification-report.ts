import { count, score } from "../result/quantities.ts"
import type { Verification } from "../result/verification.ts"
import { aligned } from "./aligned.ts"
import { difference, differenceHead } from "./forms-report.ts"

/** One line on the files; a table of the forms where there are any; what is wrong goes elsewhere. */
export function verificationReport(verification: Verification, folder: string): string {
	const { files, forms, safetensors, failures } = verification
	const verdict = failures.length === 0 ? "sound" : "not sound"
	const main = safetensors?.metrics && Object.keys(safetensors.metrics)[0]
	const scoreOf = (form: { readonly score?: number | null }) => (main ? [score(form.score ?? null)] : [])
	const table = [
		["form", ...differenceHead, ...(main ? [main] : [])],
		["model.safetensors", ...differenceHead.map(() => ""), ...(safetensors ? scoreOf(safetensors) : [])],
		...forms.map((form) => [form.file, ...difference(form), ...scoreOf(form)]),
	]
	return [
		...(forms.length > 0 || safetensors ? [aligned(table)] : []),
		[`${folder}: ${count(files)} files, ${verdict}\n`, ...differences(verification)].join(""),
	].join("\n")
}

/** What happened to files since they were written, which need not be wrong; and what was not run for that. */
function differences({ changed, missing, added, weights }: Verification): readonly string[] {
	const lists = { changed, missing, added }
	const lines = Object.entries(lists).filter(([, paths]) => paths.length > 0)
	return [
		...lines.map(([what, paths]) => `  ${what} since it was written: ${paths.join(", ")}\n`),
		...(weights === "changed"
			? ["  weights, configuration, tokenizer or classes were changed: nothing was run\n"]
			: []),
	]
}
