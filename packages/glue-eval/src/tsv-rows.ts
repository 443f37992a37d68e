import { cellsAt, positionsIn } from "./header-columns.ts"
import { linesOf } from "./lines-of.ts"
import type { Row, RowsWanted } from "./row.ts"

/**
 * Rows of a TSV file as GLUE writes it: a tab ends a cell and a line ends a row, whatever stands between; quotes are text.
 *
 * Columns are looked up in the header. A file whose first line names none of them is read by position, where positions are known.
 * Cells beyond the last column needed are not looked at, unless long rows are refused. Blank lines are no rows where that is asked for,
 * but in a file of one column.
 *
 * @throws {InvalidInputError} when a column is missing, or a row is too short and short rows are not skipped, or too long
 */
export async function* tsvRows(chunks: AsyncIterable<string>, wanted: RowsWanted): AsyncGenerator<readonly Row[]> {
	let layout: { readonly positions: readonly number[]; readonly width?: number } | undefined
	let [line, row] = [0, 0]
	for await (const lines of linesOf(chunks, wanted.file)) {
		const rows: Row[] = []
		for (const content of lines) {
			line++
			if (layout === undefined) {
				if (content.trim() === "") continue
				const header = headerIn(content, wanted)
				layout = header
					? { positions: positionsIn(header, wanted), width: header.length }
					: { positions: wanted.headerless! }
				if (header) continue
			}
			if (wanted.skipsBlankLines && layout.width !== 1 && content.trim() === "") continue
			const place = { row: row++, line }
			const cells = content.split("\t")
			rows.push({ ...place, cells: cellsAt(layout.positions, { ...place, cells, width: layout.width }, wanted) })
		}
		yield rows
	}
}

function headerIn(firstLine: string, { columns, headerless }: RowsWanted): readonly string[] | undefined {
	const names = firstLine.split("\t").map((name) => name.trim())
	const isHeader = headerless === undefined || columns.some((column) => names.some((name) => column.includes(name)))
	return isHeader ? names : undefined
}
