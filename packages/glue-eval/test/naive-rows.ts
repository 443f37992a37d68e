/**
 * Second readers, one character at a time, for tests: rows of cells, or undefined where the format is broken.
 *
 * Slow and plain on purpose.
 */
export function naiveTsv(text: string): string[][] | undefined {
	const rows: string[][] = []
	for (const line of naiveLines(text)) if (line.trim() !== "") rows.push(line.split("\t"))
	return rows
}

export function naiveJsonl(text: string): Record<string, unknown>[] | undefined {
	const rows: Record<string, unknown>[] = []
	if (text.trimStart().startsWith("[")) {
		try {
			const values = JSON.parse(text) as Record<string, unknown>[]
			return values.every((value) => Object.prototype.toString.call(value) === "[object Object]") ? values : undefined
		} catch {
			return undefined
		}
	}
	for (const line of naiveLines(text)) {
		if (line.trim() === "") continue
		try {
			const value = JSON.parse(line)
			if (Object.prototype.toString.call(value) !== "[object Object]") return undefined
			rows.push(value)
		} catch {
			return undefined
		}
	}
	return rows
}

export function naiveCsv(text: string): string[][] | undefined {
	const rows: string[][] = [[]]
	let isQuoted = false
	let cell = ""
	let state: "start" | "plain" | "quoted" | "closed" = "start"
	const characters = [...withoutLineEnds(text), "\n"]
	for (const [index, character] of characters.entries()) {
		const isLast = index === characters.length - 1
		if (state === "quoted") {
			if (isLast) return undefined
			if (character === '"') state = "closed"
			else cell += character
		} else if (character === '"') {
			if (state === "plain") return undefined
			if (state === "closed") cell += character
			state = "quoted"
			isQuoted = true
		} else if (character === "," || character === "\n") {
			rows.at(-1)!.push(cell)
			if (character === "\n") {
				// A blank line is no row.
				if (rows.at(-1)!.length === 1 && !isQuoted && cell.trim() === "") rows.pop()
				if (!isLast) rows.push([])
				isQuoted = false
			}
			cell = ""
			state = "start"
		} else if (character === "\r") {
			if (characters[index + 1] !== "\n" || isLast || index === characters.length - 2) return undefined
		} else {
			if (state === "closed") return undefined
			cell += character
			state = "plain"
		}
	}
	return rows
}

function naiveLines(text: string): string[] {
	return withoutLineEnds(text)
		.split("\n")
		.map((line, index, { length }) => (index < length - 1 && line.endsWith("\r") ? line.slice(0, -1) : line))
}

function withoutLineEnds(text: string): string {
	let end = text.length
	while (end > 0 && "\r\n".includes(text[end - 1]!)) end--
	return text.slice(0, end)
}
