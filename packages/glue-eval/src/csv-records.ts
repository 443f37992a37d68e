import { InvalidInputError } from "@winnow/tensor"

export interface CsvRecord {
	/** Where it begins, from 1. */
	readonly line: number
	readonly cells: readonly string[]
	/** Whether nothing but spaces stands on its line. */
	readonly isBlank: boolean
}

/** A quote that is never closed would make one record of all that follows. */
const longestRecord = 2 ** 27

/**
 * Records of CSV text (RFC 4180), in blocks.
 *
 * @throws {InvalidInputError} when quotes are not as the RFC has them
 */
export async function* csvRecords(
	chunks: AsyncIterable<string>,
	file: string,
	longest = longestRecord,
): AsyncGenerator<readonly CsvRecord[]> {
	let rest = ""
	let line = 1
	const read = (text: string, isLast: boolean) => {
		const records: CsvRecord[] = []
		let start = 0
		while (start < text.length) {
			const found = recordAt(text, start, { isLast, where: `${file} line ${line}` })
			if (found === undefined) break
			records.push({ line, cells: found.cells, isBlank: found.isBlank })
			line += found.lines
			start = found.end
		}
		rest = text.slice(start)
		return records
	}
	for await (const chunk of chunks) {
		yield read(rest + chunk, false)
		if (rest.length > longest) {
			const expected = `at most ${longest} characters long, and its quotes closed`
			throw new InvalidInputError(`${file} line ${line}`, "the row", expected, "longer")
		}
	}
	yield read(rest.replace(/[\r\n]+$/, ""), true)
}

interface FoundRecord extends Omit<CsvRecord, "line"> {
	/** Where the next one begins. */
	readonly end: number
	/** Line ends in it. */
	readonly lines: number
}

/** The record that begins at a place of the text; undefined where the text ends before it does. */
function recordAt(
	text: string,
	start: number,
	{ isLast, where }: { readonly isLast: boolean; readonly where: string },
): FoundRecord | undefined {
	const cells: string[] = []
	const special = /[",\r\n]/g
	const first = text[start]
	let [at, lines] = [start, 0]
	for (;;) {
		const isQuoted = text[at] === '"'
		const close = isQuoted ? closingQuote(text, at + 1) : undefined
		if (close === -1) {
			if (isLast) throw brokenQuotes(where)
			return undefined
		}
		if (close === undefined) special.lastIndex = at
		const end = close === undefined ? (special.exec(text)?.index ?? text.length) : close + 1
		// What looks like the closing quote may be the first half of a doubled one.
		if (end === text.length && !isLast) return undefined
		const cell = close === undefined ? text.slice(at, end) : text.slice(at + 1, close).replaceAll('""', '"')
		cells.push(cell)
		if (isQuoted) lines += cell.split("\n").length - 1
		if (text[end] === ",") {
			at = end + 1
			continue
		}
		const isReturn = text[end] === "\r"
		if (isReturn && end + 1 === text.length && !isLast) return undefined
		const next = isReturn && text[end + 1] === "\n" ? end + 1 : end
		if (next < text.length && text[next] !== "\n") throw brokenQuotes(where)
		const isBlank = cells.length === 1 && first !== '"' && cell.trim() === ""
		return { cells, isBlank, end: next + 1, lines: next < text.length ? lines + 1 : lines }
	}
}

/** The quote that ends a cell, after doubled ones; -1 where there is none. */
function closingQuote(text: string, from: number): number {
	let at = text.indexOf('"', from)
	while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2)
	return at
}

function brokenQuotes(where: string): InvalidInputError {
	return new InvalidInputError(where, "cells with quotes or line ends", "quoted", "broken quotes")
}
