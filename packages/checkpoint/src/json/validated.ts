import { InvalidInputError } from "@winnow/tensor"
import { type ArkError, type Type, type } from "arktype"

/**
 * A value from outside, checked by an arktype schema; the first thing wrong with it becomes one line of ours.
 *
 *   config.json: hidden_size must be a positive integer (was "x")
 *
 * Give a schema a `.describe("a positive integer")` where arktype's own words ("a number") say too little.
 *
 * @param where - the file
 * @param part - the part of the file that `value` is, when it is not all of it: `tensor "a.b"`
 * @throws {InvalidInputError} `where: path of part must be X (was Y)`
 * @example
 * const shape = type({ hidden_size: type("number.integer > 0").describe("a positive integer") })
 * validated(shape, { hidden_size: 384 }, "config.json").hidden_size // => 384
 */
export function validated<Schema extends Type>(
	schema: Schema,
	value: unknown,
	where: string,
	part?: string,
): Schema["inferOut"] {
	const result: unknown = schema(value)
	if (!(result instanceof type.errors)) return result
	const error = result[0]!
	const what = [error.propString, part].filter(Boolean).join(" of ") || "the value"
	throw new InvalidInputError(where, what, expectedOf(error), actualOf(error))
}

/** Of a union, arktype's own `expected` is a whole sentence: here the alternatives. Of several broken rules, the first. */
function expectedOf(error: ArkError): string {
	if (error.hasCode("intersection")) return expectedOf(error.errors[0]!)
	if (!error.hasCode("union")) return error.expected
	const alternatives = error.errors.map(({ path, propString, expected }) =>
		path.length === error.path.length ? expected : `${propString}: ${expected}`,
	)
	return [...new Set(alternatives)].join(" or ")
}

/** The value itself where a reader recognises it, else arktype's description of it. */
function actualOf({ code, data, actual }: ArkError): unknown {
	if (code === "required") return "missing"
	if (typeof data === "string") return shortened(JSON.stringify(data))
	if (typeof data === "number" || typeof data === "boolean" || data === null) return data
	return shortened(actual)
}

const longest = 60

function shortened(text: string): string {
	return text.length <= longest ? text : `${text.slice(0, longest)}...`
}
