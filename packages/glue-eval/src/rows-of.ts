import { textIn } from "./bytes-of-file.ts"
import { csvRows } from "./csv-rows.ts"
import { jsonlRows } from "./jsonl-rows.ts"
import { parquetRows } from "./parquet-rows.ts"
import type { Row, RowsWanted } from "./row.ts"
import { tsvRows } from "./tsv-rows.ts"

const readers: Readonly<Record<string, (text: string, wanted: RowsWanted) => Iterable<Row>>> = {
	csv: csvRows,
	jsonl: jsonlRows,
}

/**
 * Rows of a file in the format that the end of its name says: `.csv`, `.jsonl`, `.parquet`; TSV otherwise.
 *
 * @throws what the reader of the format throws
 */
export async function rowsOf(bytes: Uint8Array, wanted: RowsWanted): Promise<Iterable<Row>> {
	const format = wanted.file.slice(wanted.file.lastIndexOf(".") + 1).toLowerCase()
	if (format === "parquet") return parquetRows(bytes, wanted)
	const text = textIn(bytes, wanted.file)
	return text.trim() === "" ? [] : (readers[format] ?? tsvRows)(text, wanted)
}
