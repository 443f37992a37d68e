import { InvalidInputError } from "@winnow/tensor"
import { linesOf } from "./lines-of.ts"
import { missingColumn } from "./missing-column.ts"
import { placeOf, type Row, type RowsWanted } from "./row.ts"
import type { Column } from "./task.ts"
import { longestText } from "./text-chunks.ts"

type JsonObject = Readonly<Record<string, unknown>>

/**
 * Rows of a file with one JSON object a line, or with one array of objects; columns are their keys. Blank lines are no rows.
 *
 * @throws {InvalidInputError} when a line is no JSON object or lacks a column
 */
export async function* jsonlRows(chunks: AsyncIterable<string>, wanted: RowsWanted): AsyncGenerator<readonly Row[]> {
	let [line, row] = [0, 0]
	/** Lines of a file that begins with an array. */
	let array: string[] | undefined
	let length = 0
	for await (const lines of linesOf(chunks, wanted.file)) {
		const rows: Row[] = []
		for (const content of lines) {
			line++
			if (array === undefined && row === 0 && content.trimStart().startsWith("[")) array = []
			if (array !== undefined) {
				array.push(content)
				length += content.length + 1
				if (length > longestText) throw tooLong(wanted.file)
			} else if (content.trim() !== "") {
				const place = { row: row++, line }
				const where = placeOf(wanted.file, place)
				const value = parsed(content, where, ["the line", "one JSON object"])
				rows.push(rowIn(objectIn(value, where), place, wanted))
			}
		}
		yield rows
	}
	if (array !== undefined) yield rowsOfArray(array.join("\n"), wanted)
}

function tooLong(file: string): InvalidInputError {
	const expected = `of at most ${longestText} characters, the longest text that Node reads at once; as one object a line it may be longer`
	return new InvalidInputError(file, "a JSON array", expected, "longer")
}

function rowsOfArray(text: string, wanted: RowsWanted): readonly Row[] {
	const { file } = wanted
	const objects = parsed(text, file, ["the file", "one JSON object a line, or one array of them"]) as readonly unknown[]
	return objects.map((value, row) => rowIn(objectIn(value, placeOf(file, { row }), "the element"), { row }, wanted))
}

function rowIn(object: JsonObject, place: Pick<Row, "row" | "line">, { file, columns }: RowsWanted): Row {
	return { ...place, cells: columns.map((column) => cellOf(object, column, placeOf(file, place))) }
}

function parsed(text: string, where: string, [what, expected]: readonly [what: string, expected: string]): unknown {
	try {
		return JSON.parse(text)
	} catch (cause) {
		throw new InvalidInputError(where, what, expected, "no JSON", { cause })
	}
}

function objectIn(value: unknown, where: string, what = "the line"): JsonObject {
	if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject
	throw new InvalidInputError(where, what, "one JSON object", value)
}

function cellOf(object: JsonObject, column: Column, where: string): unknown {
	const name = column.find((name) => Object.hasOwn(object, name))
	if (name === undefined) throw missingColumn(where, column, Object.keys(object))
	return object[name]
}
