import { InvalidInputError } from "@winnow/tensor"
import { missingColumn } from "./missing-column.ts"
import { placeOf, type Row, type RowsWanted } from "./row.ts"

/**
 * Positions of the columns wanted in a header.
 *
 * @throws {InvalidInputError} when one is missing or there twice
 */
export function positionsIn(header: readonly string[], { file, columns }: RowsWanted): readonly number[] {
	return columns.map((column) => {
		const name = column.find((name) => header.includes(name))
		if (name === undefined) throw missingColumn(file, column, header)
		const position = header.indexOf(name)
		if (header.indexOf(name, position + 1) === -1) return position
		throw new InvalidInputError(file, `the column ${name}`, "there once", "there twice")
	})
}

/**
 * The cells at these positions of one row; undefined for a short row that is to be skipped.
 *
 * @param width - of the header; absent where there is none
 * @throws {InvalidInputError} when the row is too short, or longer than the header where that is refused
 */
export function cellsAt(
	positions: readonly number[],
	{ cells, width, ...place }: Pick<Row, "row" | "line"> & { cells: readonly string[]; width?: number | undefined },
	{ file, skipsShortRows = false, refusesLongRows = false }: RowsWanted,
): readonly string[] | undefined {
	const needed = Math.max(...positions) + 1
	if (refusesLongRows && width !== undefined && cells.length !== width) {
		throw new InvalidInputError(placeOf(file, place), "the row", `${width} columns long, like the header`, cells.length)
	}
	if (cells.length >= needed) return positions.map((position) => cells[position]!)
	if (skipsShortRows) return undefined
	throw new InvalidInputError(placeOf(file, place), "the row", `at least ${needed} columns long`, cells.length)
}
