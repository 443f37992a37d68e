import type { Column } from "./task.ts"

/** One row of a data file. */
export interface Row {
	/** From 0; a header is not counted. */
	readonly row: number
	/** From 1, as editors count; absent where a file has no lines. */
	readonly line?: number
	/** One cell for each column that was asked for; `undefined` for a short row that is to be skipped. */
	readonly cells: readonly unknown[] | undefined
}

/** What a reader of rows is asked for. */
export interface RowsWanted {
	/** Path, for messages. */
	readonly file: string
	readonly columns: readonly Column[]
	/** Positions of these columns in a file without header. */
	readonly headerless?: readonly number[] | undefined
	readonly skipsShortRows?: boolean | undefined
	readonly refusesLongRows?: boolean | undefined
	/** In TSV; in JSON lines and CSV they never are rows. */
	readonly skipsBlankLines?: boolean | undefined
}

/** The place of a row in words: `dev.tsv row 3 (line 5)`, or `dev.parquet row 3`. */
export function placeOf(file: string, { row, line }: Pick<Row, "row" | "line">): string {
	return line === undefined ? `${file} row ${row}` : `${file} row ${row} (line ${line})`
}
