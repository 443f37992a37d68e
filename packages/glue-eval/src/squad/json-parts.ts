import { InvalidInputError } from "@winnow/tensor"

type JsonObject = Readonly<Record<string, unknown>>

/** @throws {InvalidInputError} when the value is no JSON object */
export function objectIn(value: unknown, where: string): JsonObject {
	if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject
	throw new InvalidInputError(where, "the value", "an object", kindOf(value))
}

/** @throws {InvalidInputError} when the key holds no list */
export function listAt(object: JsonObject, key: string, where: string): readonly unknown[] {
	const value = Object.hasOwn(object, key) ? object[key] : undefined
	if (Array.isArray(value)) return value
	throw new InvalidInputError(where, key, "a list", kindOf(value))
}

/** @throws {InvalidInputError} when the key holds no text */
export function textAt(object: JsonObject, key: string, where: string): string {
	const value = Object.hasOwn(object, key) ? object[key] : undefined
	if (typeof value === "string") return value
	throw new InvalidInputError(where, key, "text", kindOf(value))
}

/** In words, since the value may be a whole article. */
function kindOf(value: unknown): string {
	if (value === undefined) return "missing"
	if (value === null) return "null"
	if (Array.isArray(value)) return "a list"
	return typeof value === "object" ? "an object" : `the ${typeof value} ${value}`.slice(0, 60)
}
