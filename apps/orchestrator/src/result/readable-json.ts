/** JSON as people read it: indented with tabs, but a list of numbers or words on one line. */
export function readableJson(value: unknown): string {
	return `${written(value, "\n")}\n`
}

function written(value: unknown, newLine: string): string {
	if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null"
	const inner = `${newLine}\t`
	if (Array.isArray(value)) {
		if (value.every((item) => typeof item !== "object")) return `[${value.map((item) => written(item, "")).join(", ")}]`
		return `[${inner}${value.map((item) => written(item, inner)).join(`,${inner}`)}${newLine}]`
	}
	const entries = Object.entries(value).filter(([, item]) => item !== undefined)
	if (entries.length === 0) return "{}"
	const lines = entries.map(([key, item]) => `${JSON.stringify(key)}: ${written(item, inner)}`)
	return `{${inner}${lines.join(`,${inner}`)}${newLine}}`
}
