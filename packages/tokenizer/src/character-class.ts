import {
	accentRuns,
	combiningClassRuns,
	decomposingRuns,
	letterRuns,
	numberRuns,
	punctuationRuns,
	removedRuns,
	spaceRuns,
} from "./unicode-tables.ts"

/** Bits of {@link characterClass}. */
export const isRemoved = 1
export const isAccent = 2
export const isPunctuation = 4
export const isSpace = 8
export const isDecomposing = 16
export const isLetter = 32
export const isNumber = 64

const codePoints = 0x110000

/** What a code point is to normalisation and word splitting: a sum of the bits above. */
export const characterClass: Uint8Array = classTable()

/** Canonical combining class of every code point that does not decompose. */
export const combiningClass: Uint8Array = combiningClassTable()

function classTable(): Uint8Array {
	const table = new Uint8Array(codePoints)
	const mark = (runs: string, bit: number) =>
		forEachRun(runs, (start, end) => {
			for (let c = start; c < end; c++) table[c]! |= bit
		})
	mark(removedRuns, isRemoved)
	mark(accentRuns, isAccent)
	mark(punctuationRuns, isPunctuation)
	mark(spaceRuns, isSpace)
	mark(decomposingRuns, isDecomposing)
	mark(letterRuns, isLetter)
	mark(numberRuns, isNumber)
	return table
}

function combiningClassTable(): Uint8Array {
	const table = new Uint8Array(codePoints)
	forEachRun(combiningClassRuns, (start, end, value) => table.fill(value, start, end))
	return table
}

/** Decodes `gap,length[,value]` of each run, base 36. */
function forEachRun(runs: string, visit: (start: number, end: number, value: number) => void): void {
	let end = 0
	for (const run of runs.trim().split(/\s+/)) {
		const [gap = 0, length = 0, value = 0] = run.split(",").map((field) => Number.parseInt(field, 36))
		const start = end + gap
		end = start + length
		visit(start, end, value)
	}
}
