import { InvalidInputError } from "@winnow/tensor"

/**
 * The value of a JSON text.
 *
 * @throws {InvalidInputError} when it is no JSON
 */
export function jsonIn(text: string, where: string): unknown {
	try {
		return JSON.parse(text)
	} catch (cause) {
		throw new InvalidInputError(where, "the text", "JSON", "no JSON", { cause })
	}
}
