import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { documentOf } from "./document.ts"
import { guidePlot } from "./guide-plot.ts"
import type { Question } from "./question.ts"
import { readRows } from "./rows-file.ts"

/** Where a question's files are in a folder. */
export function filesOf({ name }: Pick<Question, "name">, folder: string) {
	const file = (extension: string) => join(folder, `${name}.${extension}`)
	return { rows: file("jsonl"), document: file("md"), plot: file("svg") }
}

/**
 * What people read of a question's rows, by the files that it belongs into.
 *
 * @throws {InvalidInputError} when there are no rows
 */
export async function rendered(question: Question, folder: string): Promise<ReadonlyMap<string, string>> {
	const { rows: file, document, plot } = filesOf(question, folder)
	const rows = await readRows(file)
	if (rows.length === 0) throw new InvalidInputError(file, "the file", "one that holds rows", "missing or empty")
	return new Map([
		[document, documentOf(question, rows, file)],
		[plot, guidePlot(question, rows, file)],
	])
}

export async function render(question: Question, folder: string): Promise<void> {
	for (const [file, text] of await rendered(question, folder)) await writeFile(file, text)
}
