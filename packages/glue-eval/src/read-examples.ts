import { InvalidInputError } from "@winnow/tensor"
import { jsonlRows } from "./jsonl-rows.ts"
import { labelOf } from "./label-of.ts"
import { placeOf, type Row, type RowsWanted } from "./row.ts"
import { splitText } from "./split-text.ts"
import type { Column, Task } from "./task.ts"
import { textOfFile } from "./text-of-file.ts"
import { tsvRows } from "./tsv-rows.ts"

/** One labelled (or, where asked for, unlabelled) input of a task. */
export interface Example {
	/** Row of the file it stands in, from 0; a header is not counted. */
	readonly row: number
	readonly text: string
	/** The second text of a pair. */
	readonly pair?: string
	/** Index of the class in GLUE's order, or the score. */
	readonly label?: number
}

/** What a data file holds. Unless rows were skipped, `examples[i]` is row i of the file. */
export interface Examples {
	/** The file that was read. */
	readonly file: string
	readonly examples: readonly Example[]
	/** Rows left out as broken: only where GLUE's own file has such rows (QQP). */
	readonly skipped: readonly number[]
}

export interface ReadOptions {
	/** `train`, `dev`, `test`; MNLI also has `dev_mismatched` and `test_mismatched`. */
	readonly split: string
	/** `none`: labels are not looked at, as in GLUE's test files, which have none. Default: `required`. */
	readonly labels?: "required" | "none" | undefined
}

/**
 * Reads one split of a task from a folder: TSV as GLUE distributes it, or JSON lines with the same column names.
 *
 * @param folder - holds train.tsv, dev.tsv, test.tsv (MNLI: dev_matched.tsv, ...) or their .jsonl
 * @throws {InvalidInputError} naming file and row: a file, a column or a cell is missing, a label is unknown or hidden (-1), the
 * text is not UTF-8, or there is no row at all
 * @example
 * const { examples } = await readExamples(taskNamed("sst2"), "glue/SST-2", { split: "dev" })
 */
export async function readExamples(
	task: Task,
	folder: string,
	{ split, labels = "required" }: ReadOptions,
): Promise<Examples> {
	const { file, text } = await splitText(task, folder, split)
	const examples: Example[] = []
	const skipped: number[] = []
	for (const row of rowsOf(text, wanted(task, file, labels))) {
		if (row.cells === undefined) skipped.push(row.row)
		else examples.push(exampleOf(task, row, row.cells, file))
	}
	if (examples.length === 0) throw new InvalidInputError(file, "rows of data", "at least 1", 0)
	return { file, examples, skipped }
}

/**
 * Reads texts without labels from one file: TSV with a header, or JSON lines where its name ends in `.jsonl`.
 *
 * @param columns - name of the column, or of the two of a pair
 * @throws {InvalidInputError} naming file and row: the file, a column or a cell is missing, the text is not UTF-8, or there is no row
 * @example
 * const { examples } = await readTexts("reviews.tsv", ["review"])
 */
export async function readTexts(file: string, columns: readonly string[]): Promise<Examples> {
	const text = await textOfFile(file)
	if (text === undefined) throw new InvalidInputError(file, "the file", "there", "missing")
	const named = columns.map((name): Column => [name])
	const examples: Example[] = []
	for (const row of rowsOf(text, { file, columns: named })) examples.push(textsOf(named, row, row.cells!, file))
	if (examples.length === 0) throw new InvalidInputError(file, "rows of data", "at least 1", 0)
	return { file, examples, skipped: [] }
}

function wanted(task: Task, file: string, labels: "required" | "none"): RowsWanted {
	const positions = task.headerless
	const labelled = labels === "required"
	return {
		file,
		columns: labelled ? [...task.text, task.label] : task.text,
		headerless: positions && (labelled ? [...positions.text, positions.label] : positions.text),
		skipsShortRows: task.skipsShortRows,
	}
}

function rowsOf(text: string, wanted: RowsWanted): Iterable<Row> {
	if (text.trim() === "") return []
	return wanted.file.endsWith(".jsonl") ? jsonlRows(text, wanted) : tsvRows(text, wanted)
}

function exampleOf(task: Task, place: Row, cells: readonly unknown[], file: string): Example {
	const texts = textsOf(task.text, place, cells, file)
	const isLabelled = cells.length > task.text.length
	return isLabelled ? { ...texts, label: labelOf(task, cells.at(-1), placeOf(file, place)) } : texts
}

function textsOf(columns: readonly Column[], place: Row, cells: readonly unknown[], file: string): Example {
	const [text, pair] = columns.map((column, index) => textOf(cells[index], column, placeOf(file, place)))
	return { row: place.row, text: text!, ...(pair === undefined ? {} : { pair }) }
}

function textOf(cell: unknown, column: Column, where: string): string {
	if (typeof cell === "string") return cell
	throw new InvalidInputError(where, `the column ${column.join(" or ")}`, "text", cell)
}
