import { cellsAt, positionsIn } from "./header-columns.ts"
import { linesOf } from "./lines-of.ts"
import type { Row, RowsWanted } from "./row.ts"

/**
 * Rows of a TSV file as GLUE writes it: a tab ends a cell and a line ends a row, whatever stands between; quotes are text.
 *
 * Columns are looked up in the header. A file whose first line names none of them is read by position, where positions are known.
 * Cells beyond the last column needed are not looked at, unless long rows are refused.
 *
 * @throws {InvalidInputError} when a column is missing, or a row is too short and short rows are not skipped, or too long
 */
export function* tsvRows(text: string, wanted: RowsWanted): Generator<Row> {
	const lines = linesOf(text)
	const header = headerIn(lines[0]!, wanted)
	const positions = header ? positionsIn(header, wanted) : wanted.headerless!
	const firstLine = header ? 1 : 0
	for (let index = firstLine; index < lines.length; index++) {
		const place = { row: index - firstLine, line: index + 1 }
		const cells = lines[index]!.split("\t")
		yield { ...place, cells: cellsAt(positions, { ...place, cells, width: header?.length }, wanted) }
	}
}

function headerIn(firstLine: string, { columns, headerless }: RowsWanted): readonly string[] | undefined {
	const names = firstLine.split("\t").map((name) => name.trim())
	const isHeader = headerless === undefined || columns.some((column) => names.some((name) => column.includes(name)))
	return isHeader ? names : undefined
}
