import { InvalidInputError } from "@winnow/tensor"
import { type } from "arktype"

/** What a schema makes of data: the data, or arktype's errors. */
type Schema<T> = (data: unknown) => T | type.errors

/** @throws {InvalidInputError} when `text` is not JSON */
export function parsedJson(where: string, text: string): unknown {
	try {
		return JSON.parse(text)
	} catch (cause) {
		// The engine's message may quote several lines of the file.
		const reason = (cause as Error).message.replaceAll(/\s+/g, " ")
		throw new InvalidInputError(where, "the file", "valid JSON", reason, { cause })
	}
}

/** @throws {InvalidInputError} naming the first field that does not fit the schema */
export function checked<T>(where: string, schema: Schema<T>, data: unknown): T {
	const outcome = schema(data)
	if (!(outcome instanceof type.errors)) return outcome
	const first = outcome[0]!
	// The expectation of a union is a whole sentence; those of its branches are not.
	const branches = first.hasCode("union") ? first.errors : [first]
	const { propString, actual } = branches[0]!
	const expected = new Set(branches.map((branch) => branch.expected))
	throw new InvalidInputError(where, propString || "the file", [...expected].join(" or "), actual)
}
