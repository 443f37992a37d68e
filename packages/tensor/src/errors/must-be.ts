/** `what must be X (was Y)`: the second half of every message, the same for code and for tests that expect it. */
export function mustBe(what: string, expected: string, actual: unknown): string {
	return `${what} must be ${expected} (was ${shown(actual)})`
}

function shown(value: unknown): string {
	if (typeof value === "string") return value
	if (value === undefined || typeof value === "number" || typeof value === "bigint") return String(value)
	return JSON.stringify(value) ?? String(value)
}
