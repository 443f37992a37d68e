import { excerpt } from "./excerpt.ts"

/**
 * `what must be X (was Y)`: the second half of every message, the same for code and for tests that expect it.
 *
 * @param what - may name a key or a tensor of the user's, and `actual` is theirs: no more than 200 characters of either are shown
 */
export function mustBe(what: string, expected: string, actual: unknown): string {
	return `${excerpt(what)} must be ${expected} (was ${excerpt(textOf(actual))})`
}

function textOf(value: unknown): string {
	if (typeof value === "string") return value
	if (ArrayBuffer.isView(value) && value.byteLength > 100) return `${value.byteLength} bytes`
	if (typeof value !== "object" || value === null) return String(value)
	try {
		return JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? String(inner) : inner)) ?? String(value)
	} catch {
		// Too long for a text, or a circle.
		return Array.isArray(value) ? `a list of ${value.length}` : "an object"
	}
}
