import { InvalidInputError } from "@winnow/tensor"
import { linesOf } from "./lines-of.ts"
import { missingColumn } from "./missing-column.ts"
import { placeOf, type Row, type RowsWanted } from "./row.ts"
import type { Column } from "./task.ts"

type JsonObject = Readonly<Record<string, unknown>>

/**
 * Rows of a file with one JSON object a line; columns are its keys.
 *
 * @throws {InvalidInputError} when a line is no JSON object or lacks a column
 */
export function* jsonlRows(text: string, { file, columns }: RowsWanted): Generator<Row> {
	for (const [row, content] of linesOf(text).entries()) {
		const place = { row, line: row + 1 }
		const where = placeOf(file, place)
		const object = objectIn(content, where)
		yield { ...place, cells: columns.map((column) => cellOf(object, column, where)) }
	}
}

function objectIn(content: string, where: string): JsonObject {
	let value: unknown
	try {
		value = JSON.parse(content)
	} catch (cause) {
		throw new InvalidInputError(where, "the line", "one JSON object", "no JSON", { cause })
	}
	if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject
	throw new InvalidInputError(where, "the line", "one JSON object", value)
}

function cellOf(object: JsonObject, column: Column, where: string): unknown {
	const name = column.find((name) => Object.hasOwn(object, name))
	if (name === undefined) throw missingColumn(where, column, Object.keys(object))
	return object[name]
}
