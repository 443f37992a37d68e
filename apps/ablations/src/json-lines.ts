import { validated } from "@winnow/checkpoint"
import { InvalidInputError } from "@winnow/tensor"
import type { Type } from "arktype"

/** As text: one line each. */
export function linesOf(rows: readonly object[]): string {
	return rows.map((row) => `${JSON.stringify(row)}\n`).join("")
}

/**
 * The reverse of `linesOf`.
 *
 * @throws {InvalidInputError} naming the line and what is wrong with it
 */
export function parsedLines<Schema extends Type>(schema: Schema, text: string, file: string): Schema["inferOut"][] {
	const lines = text.split("\n").filter((line) => line !== "")
	return lines.map((line, index) => validated(schema, parsed(line, file, index), file, `line ${index + 1}`))
}

function parsed(line: string, file: string, index: number): unknown {
	try {
		return JSON.parse(line)
	} catch (error) {
		throw new InvalidInputError(file, `line ${index + 1}`, "JSON", line.slice(0, 40), { cause: error })
	}
}
