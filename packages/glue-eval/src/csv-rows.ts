import { type CsvRecord, csvRecords } from "./csv-records.ts"
import { cellsAt, positionsIn } from "./header-columns.ts"
import type { Row, RowsWanted } from "./row.ts"

/**
 * Rows of a CSV file with a header (RFC 4180): a cell in quotes may hold commas, line ends and doubled quotes.
 *
 * Every row is as long as the header. Blank lines are no rows, but in a file of one column; at its end they are none there, either.
 *
 * @throws {InvalidInputError} when a column is missing, a row has another length, or quotes are not as the RFC has them
 */
export async function* csvRows(chunks: AsyncIterable<string>, wanted: RowsWanted): AsyncGenerator<readonly Row[]> {
	let layout: { readonly positions: readonly number[]; readonly width: number } | undefined
	let row = 0
	// Of a file of one column: they are rows where another row follows.
	let blank: CsvRecord[] = []
	for await (const records of csvRecords(chunks, wanted.file)) {
		const rows: Row[] = []
		for (const record of records) {
			if (record.isBlank) {
				if (layout?.width === 1) blank.push(record)
			} else if (layout === undefined) {
				const header = record.cells.map((name) => name.trim())
				layout = { positions: positionsIn(header, wanted), width: header.length }
			} else {
				for (const { cells, line } of [...blank, record]) {
					const place = { row: row++, line }
					const all = { ...place, cells, width: layout.width }
					rows.push({ ...place, cells: cellsAt(layout.positions, all, { ...wanted, refusesLongRows: true }) })
				}
				blank = []
			}
		}
		yield rows
	}
}
