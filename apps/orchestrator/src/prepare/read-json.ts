import { InvalidInputError } from "@winnow/tensor"
import { readText } from "./read-text.ts"

/**
 * The JSON object that a file holds.
 *
 * @throws {InvalidInputError} when the file cannot be read or holds something else
 */
export async function readJson(path: string): Promise<object> {
	const value = parsedJson(await readText(path), path)
	if (typeof value === "object" && value !== null && !Array.isArray(value)) return value
	throw new InvalidInputError(path, "the file", "a JSON object", Array.isArray(value) ? "a list" : value)
}

/**
 * The value that a text spells.
 *
 * @throws {InvalidInputError} when it is no JSON
 */
export function parsedJson(text: string, path: string): unknown {
	try {
		return JSON.parse(text)
	} catch (cause) {
		// V8 quotes the text around the mistake, with its line breaks.
		const reason = (cause as SyntaxError).message.replace(/\s+/g, " ")
		throw new InvalidInputError(path, "the file", "JSON", `not: ${reason}`, { cause })
	}
}
