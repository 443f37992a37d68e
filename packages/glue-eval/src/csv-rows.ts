import { InvalidInputError } from "@winnow/tensor"
import { cellsAt, positionsIn } from "./header-columns.ts"
import type { Row, RowsWanted } from "./row.ts"

/**
 * Rows of a CSV file with a header (RFC 4180): a cell in quotes may hold commas, line ends and doubled quotes.
 *
 * Every row is as long as the header.
 *
 * @throws {InvalidInputError} when a column is missing, a row has another length, or quotes are not as the RFC has them
 */
export function* csvRows(text: string, wanted: RowsWanted): Generator<Row> {
	const records = csvRecords(text, wanted.file)
	const header = records.next().value?.cells.map((name) => name.trim()) ?? []
	const positions = positionsIn(header, wanted)
	let row = 0
	for (const { cells, line } of records) {
		const place = { row: row++, line }
		const all = { ...place, cells, width: header.length }
		yield { ...place, cells: cellsAt(positions, all, { ...wanted, refusesLongRows: true }) }
	}
}

interface CsvRecord {
	/** Where it begins, from 1. */
	readonly line: number
	readonly cells: readonly string[]
}

function* csvRecords(text: string, file: string): Generator<CsvRecord, undefined> {
	const content = text.replace(/[\r\n]+$/, "")
	const cellAndEnd = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/y
	let line = 1
	while (cellAndEnd.lastIndex < content.length) {
		const record = { line, cells: [] as string[] }
		let match: RegExpExecArray | null
		do {
			match = cellAndEnd.exec(content)
			if (match === null) {
				throw new InvalidInputError(`${file} line ${line}`, "cells with quotes or line ends", "quoted", "broken quotes")
			}
			const [all, quoted, plain] = match
			record.cells.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'))
			line += all.split("\n").length - 1
		} while (match[3] === ",")
		yield record
	}
}
