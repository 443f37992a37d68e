import { InvalidInputError } from "@winnow/tensor"
import { linesOf } from "./lines-of.ts"
import { missingColumn } from "./missing-column.ts"
import { placeOf, type Row, type RowsWanted } from "./row.ts"

/**
 * Rows of a TSV file as GLUE writes it: a tab ends a cell and a line ends a row, whatever stands between; quotes are text.
 *
 * Columns are looked up in the header. A file whose first line names none of them is read by position, where positions are known.
 * Cells beyond the last column needed are not looked at.
 *
 * @throws {InvalidInputError} when a column is missing, or a row is too short and short rows are not skipped
 */
export function* tsvRows(text: string, wanted: RowsWanted): Generator<Row> {
	const lines = linesOf(text)
	const header = headerIn(lines[0]!, wanted)
	const positions = header ? positionsIn(header, wanted) : wanted.headerless!
	const firstLine = header ? 1 : 0
	for (let index = firstLine; index < lines.length; index++) {
		const place = { row: index - firstLine, line: index + 1 }
		yield { ...place, cells: picked(lines[index]!.split("\t"), positions, wanted, place) }
	}
}

function headerIn(firstLine: string, { columns, headerless }: RowsWanted): readonly string[] | undefined {
	const names = firstLine.split("\t").map((name) => name.trim())
	const isHeader = headerless === undefined || columns.some((column) => names.some((name) => column.includes(name)))
	return isHeader ? names : undefined
}

function positionsIn(header: readonly string[], { file, columns }: RowsWanted): readonly number[] {
	return columns.map((column) => {
		const name = column.find((name) => header.includes(name))
		if (name === undefined) throw missingColumn(file, column, header)
		return header.indexOf(name)
	})
}

function picked(
	cells: readonly string[],
	positions: readonly number[],
	{ file, skipsShortRows = false }: RowsWanted,
	place: Pick<Row, "row" | "line">,
): readonly string[] | undefined {
	const needed = Math.max(...positions) + 1
	if (cells.length >= needed) return positions.map((position) => cells[position]!)
	if (skipsShortRows) return undefined
	throw new InvalidInputError(placeOf(file, place), "the row", `at least ${needed} columns long`, cells.length)
}
