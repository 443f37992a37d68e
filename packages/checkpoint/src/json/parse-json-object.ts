import { foreignContent, InvalidInputError, UnsupportedError } from "@winnow/tensor"
import { duplicateKey } from "./duplicate-key.ts"

/** An object as `JSON.parse` returns it. */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * The JSON object that a file holds.
 *
 * Stricter than `JSON.parse`: the bytes must be UTF-8 without a byte order mark, the value an object, and no key may stand
 * twice in one object.
 *
 * @param what - what the bytes are, for the message: "the file", "the header"
 * @throws {InvalidInputError} `where: what must be ...`
 * @throws {UnsupportedError} when it is no JSON, but a Git LFS pointer, a web page or a zip archive
 */
export function parseJsonObject(bytes: Uint8Array, where: string, what = "the file"): JsonObject {
	const { text, value } = withoutForeign(bytes, where, () => {
		const text = decoded(bytes, where, what)
		return { text, value: jsonObject(parsed(text, where, what), where, what) }
	})
	const key = duplicateKey(text)
	if (key !== undefined) {
		throw new InvalidInputError(where, `the key ${JSON.stringify(key)} in ${what}`, "there once", "there twice")
	}
	return value
}

/**
 * The value itself, known to be a JSON object: neither null nor a list.
 *
 * @throws {InvalidInputError} when it is something else
 */
export function jsonObject(value: unknown, where: string, what: string): JsonObject {
	if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject
	const actual = value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`
	throw new InvalidInputError(where, what, "a JSON object", actual)
}

/** What `read` makes of the bytes; where it can make nothing of them, they may be those of something else. */
function withoutForeign<Result>(bytes: Uint8Array, where: string, read: () => Result): Result {
	try {
		return read()
	} catch (error) {
		const foreign = foreignContent(bytes)
		throw foreign === undefined ? error : new UnsupportedError(where, foreign, { cause: error })
	}
}

function decoded(bytes: Uint8Array, where: string, what: string): string {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
	} catch (cause) {
		throw new InvalidInputError(where, what, "UTF-8 text", "other bytes", { cause })
	}
}

function parsed(text: string, where: string, what: string): unknown {
	try {
		return JSON.parse(text)
	} catch (cause) {
		// V8 quotes the text around the mistake, with its line breaks.
		const reason = (cause as SyntaxError).message.replace(/\s+/g, " ")
		throw new InvalidInputError(where, what, "JSON", `not: ${reason}`, { cause })
	}
}
