import type { Cell } from "./cells.ts"
import { markdownTable } from "./markdown-table.ts"
import type { Row } from "./row.ts"
import { type Summary, summary } from "./summary.ts"

/** One task at one budget: a line an arm, and nothing that ranks them. */
export function resultsTable(cells: readonly Cell[]): string {
	const classifies = cells.some(({ rows }) => rows.some(({ guide }) => guide.flipped !== null))
	const head = ["arm", "guide", ...(classifies ? ["flipped, %"] : []), "score", "change", "interval", "runs"]
	return markdownTable(
		head,
		cells.map((cell) => [cell.arm, ...figures(cell, classifies), runsOf(cell)]),
	)
}

function figures({ rows }: Cell, classifies: boolean): readonly string[] {
	if (rows.length === 0) return Array<string>(classifies ? 5 : 4).fill("–")
	const of = (value: (row: Row) => number | null) => summary(rows.map(value))
	const points = (value: number | null) => (value === null ? null : 100 * value)
	const flipped = of(({ guide }) => points(guide.flipped))
	const [score, change] = [of(({ score }) => score.pruned), of(({ change }) => points(change.score))]
	const [low, high] = [of(({ change }) => points(change.low)), of(({ change }) => points(change.high))]
	return [
		withSpread(of(({ guide }) => guide.measured)!, 3),
		...(classifies ? [withSpread(flipped, 1)] : []),
		withSpread(score, 4),
		withSpread(change, 1, signed),
		low && high ? `${signed(low.mean, 1)} to ${signed(high.mean, 1)}` : "undefined",
	]
}

function runsOf({ rows, seeds }: Cell): string {
	return rows.length === seeds ? String(seeds) : `${rows.length} of ${seeds}`
}

function withSpread(numbers: Summary | undefined, digits: number, shown = decimal): string {
	if (numbers === undefined) return "undefined"
	const { mean, spread } = numbers
	return spread === undefined ? shown(mean, digits) : `${shown(mean, digits)} ± ${spread.toFixed(digits)}`
}

export function decimal(value: number | null, digits: number): string {
	return value === null ? "undefined" : value.toFixed(digits)
}

/** With a sign of one width, also where rounding leaves nothing. */
function signed(value: number | null, digits: number): string {
	if (value === null) return "undefined"
	const size = Math.abs(value).toFixed(digits)
	if (Number(size) === 0) return size
	return `${value < 0 ? "−" : "+"}${size}`
}
