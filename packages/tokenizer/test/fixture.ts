import { readFileSync } from "node:fs"

/** The lines of a file that make-fixtures.py wrote, without the first, which says how it was made. */
export function fixture<T>(name: string): T[] {
	const lines = readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8")
		.trimEnd()
		.split("\n")
	return lines.slice(1).map((line) => JSON.parse(line))
}
