import { InvalidInputError } from "@winnow/tensor"

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** A text as it lies in a Parquet file: rows with the same text may share one, which is decoded once. */
export class StoredText {
	readonly #bytes: Uint8Array
	#text: string | undefined

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes
	}

	/** @throws {TypeError} when it is not UTF-8 */
	decoded(): string {
		this.#text ??= decoder.decode(this.#bytes)
		return this.#text
	}
}

/**
 * The value of a cell with all texts in it decoded.
 *
 * @throws {InvalidInputError} when one of them is not UTF-8
 */
export function withTexts(value: unknown, column: string, where: string): unknown {
	if (value instanceof StoredText) {
		try {
			return value.decoded()
		} catch (cause) {
			throw new InvalidInputError(where, `the column ${column}`, "UTF-8", "another encoding", { cause })
		}
	}
	if (Array.isArray(value)) return value.map((inner) => withTexts(inner, column, where))
	if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withTexts(inner, column, where)]))
}
