import { InvalidInputError } from "@winnow/tensor"
import { withBytesOf } from "./byte-source.ts"
import { keptTexts } from "./kept-texts.ts"
import { labelOf } from "./label-of.ts"
import { placeOf, type Row, type RowsWanted } from "./row.ts"
import { rowsOf } from "./rows-of.ts"
import { splitFile } from "./split-file.ts"
import type { AnyTask, Column } from "./task.ts"

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
 * Reads one split of a task from a folder: TSV as GLUE distributes it, or JSON lines or Parquet with the same column names; of a user's
 * own task also CSV.
 *
 * @param folder - holds train.tsv, dev.tsv, test.tsv (MNLI: dev_matched.tsv, ...), their .jsonl or .parquet; or the task's own files
 * @throws {InvalidInputError} naming file and row: a file, a column or a cell is missing, a label is unknown or hidden (-1), the
 * file is broken or not UTF-8, its texts do not fit into memory, or there is no row at all
 * @throws {UnsupportedError} when a Parquet file is compressed by a method that is not known here
 * @example
 * const { examples } = await readExamples(taskNamed("sst2"), "glue/SST-2", { split: "dev" })
 */
export async function readExamples(
	task: AnyTask,
	folder: string,
	{ split, labels = "required" }: ReadOptions,
): Promise<Examples> {
	return readLabelled(task, await splitFile(task, folder, split), labels)
}

/** Reads one file of a task. */
export function readLabelled(task: AnyTask, file: string, labels: "required" | "none" = "required"): Promise<Examples> {
	return collected(wanted(task, file, labels), (row, cells) => exampleOf(task, row, cells, file))
}

/**
 * Reads texts without labels from one file: CSV, JSON lines or Parquet where its name ends in `.csv`, `.jsonl` or `.parquet`, otherwise
 * TSV with a header.
 *
 * @param columns - name of the column, or of the two of a pair
 * @throws {InvalidInputError} naming file and row: the file, a column or a cell is missing, the text is not UTF-8, or there is no row
 * @example
 * const { examples } = await readTexts("reviews.tsv", ["review"])
 */
export async function readTexts(file: string, columns: readonly string[]): Promise<Examples> {
	const named = columns.map((name): Column => [name])
	const wanted = { file, columns: named, skipsBlankLines: true }
	return collected(wanted, (row, cells) => textsOf(named, row, cells, file))
}

async function collected(
	wanted: RowsWanted,
	exampleOf: (place: Row, cells: readonly unknown[]) => Example,
): Promise<Examples> {
	const { file } = wanted
	return withBytesOf(file, async (source) => {
		const examples: Example[] = []
		const skipped: number[] = []
		const kept = keptTexts(file, source.byteLength)
		for await (const rows of rowsOf(source, wanted)) {
			for (const row of rows) {
				if (row.cells === undefined) skipped.push(row.row)
				else {
					const example = exampleOf(row, row.cells)
					const { text, pair } = example
					examples.push({ ...example, text: kept(text), ...(pair === undefined ? {} : { pair: kept(pair) }) })
				}
			}
		}
		if (examples.length === 0) throw new InvalidInputError(file, "rows of data", "at least 1", 0)
		return { file, examples, skipped }
	})
}

function wanted(task: AnyTask, file: string, labels: "required" | "none"): RowsWanted {
	const positions = task.headerless
	const labelled = labels === "required"
	return {
		file,
		columns: labelled ? [...task.text, task.label] : task.text,
		headerless: positions && (labelled ? [...positions.text, positions.label] : positions.text),
		skipsShortRows: task.skipsShortRows,
		refusesLongRows: task.refusesLongRows,
		skipsBlankLines: task.refusesLongRows,
	}
}

function exampleOf(task: AnyTask, place: Row, cells: readonly unknown[], file: string): Example {
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
