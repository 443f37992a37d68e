import { validated } from "@winnow/checkpoint"
import { InvalidInputError } from "@winnow/tensor"
import type { Type } from "arktype"
import { didYouMean } from "./did-you-mean.ts"

/** What is needed of a schema of an object. */
type ObjectSchema = Type & {
	readonly props: readonly { readonly key: PropertyKey; readonly kind: string; readonly value: unknown }[]
}

/**
 * A request, checked by its schema. A field that is not there is asked for by what it is, and a misspelt name by the one that was meant.
 *
 * @param where - the function that was called, or the file
 * @throws {InvalidInputError} naming the field
 */
export function validatedRequest<Schema extends ObjectSchema>(
	schema: Schema,
	request: object,
	where: string,
): Schema["inferOut"] {
	refuseUnknownFields(schema, request, where)
	try {
		return validated(schema, request, where)
	} catch (error) {
		throw error instanceof InvalidInputError ? clearer(error, schema, request) : error
	}
}

/** @throws {InvalidInputError} when a field is none of the schema's: most likely a misspelt one */
export function refuseUnknownFields(schema: ObjectSchema, request: object, where: string): void {
	const fields = schema.props.map(({ key }) => String(key))
	const unknown = Object.keys(request).find((key) => !fields.includes(key))
	if (unknown === undefined) return
	throw new InvalidInputError(where, "every field", `one of ${fields.join(", ")}`, didYouMean(unknown, fields))
}

function clearer(error: InvalidInputError, schema: ObjectSchema, request: object): InvalidInputError {
	const { where, what, expected, actual, cause } = error
	if (actual === "missing") {
		const field = schema.props.find(({ key }) => key === what)
		const { description = expected } = (field?.value ?? {}) as { readonly description?: string }
		const others = schema.props.filter(({ key, kind }) => kind === "required" && key !== what && !(key in request))
		const names = others.map(({ key }) => `\`${String(key)}\``).join(" and ")
		const missing = names === "" ? "missing" : `missing, and so ${others.length === 1 ? "is" : "are"} ${names}`
		return new InvalidInputError(where, what, description, missing, { cause })
	}
	// A word among others: the schema quotes what it allows, and `validated` what was there.
	const [, word] = /^"(.*)"$/.exec(String(actual)) ?? []
	if (word === undefined || !/^"[^"]+"(( or|,) "[^"]+")+$/.test(expected)) return error
	const known = [...expected.matchAll(/"([^"]+)"/g)].map(([, name]) => name!)
	return new InvalidInputError(where, what, expected, didYouMean(word, known).replace(word, `"${word}"`), { cause })
}
