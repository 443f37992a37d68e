import type { ByteSource } from "./byte-source.ts"
import { csvRows } from "./csv-rows.ts"
import { jsonlRows } from "./jsonl-rows.ts"
import { parquetRows } from "./parquet-rows.ts"
import type { Row, RowsWanted } from "./row.ts"
import { textChunks } from "./text-chunks.ts"
import { tsvRows } from "./tsv-rows.ts"

type Reader = (chunks: AsyncIterable<string>, wanted: RowsWanted) => AsyncIterable<readonly Row[]>

const readers: Readonly<Record<string, Reader>> = { csv: csvRows, jsonl: jsonlRows, json: jsonlRows, ndjson: jsonlRows }

/**
 * Rows of a file, in blocks, in the format that the end of its name says: `.csv`, `.jsonl` (`.ndjson`, `.json`), `.parquet`; TSV otherwise.
 *
 * @param chunk - bytes of text that are decoded at once; for tests
 * @throws what the reader of the format throws
 */
export function rowsOf(source: ByteSource, wanted: RowsWanted, chunk?: number): AsyncIterable<readonly Row[]> {
	const format = wanted.file.slice(wanted.file.lastIndexOf(".") + 1).toLowerCase()
	if (format === "parquet") return parquetRows(source, wanted)
	return (readers[format] ?? tsvRows)(textChunks(source, wanted.file, chunk), wanted)
}
