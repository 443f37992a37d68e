import type { Dice } from "./dice.ts"
import type { Mutation } from "./mutate-bytes.ts"

/** What somebody may write into a cell or a line. */
const odd = [
	"",
	" ",
	"\t",
	'"',
	'"a ""quoted"" film"',
	'"never closed',
	"1.0",
	"2",
	"-1",
	"1e999",
	"NaN",
	"true",
	"\u0000",
	"\u001b[31mred",
	"\u2028",
	"\ud83d\ude00 \u0301\u0301",
	"\ufffd",
	"__proto__",
	"x".repeat(5000),
	"a b ".repeat(3000),
	"99999999999999999999999999",
	"0x1",
	"[CLS] [SEP] <s> </s>",
	"{}",
	"null",
]

type ChangeOfLines = (lines: string[], dice: Dice) => string

const changes: readonly ChangeOfLines[] = [
	(lines, dice) => {
		const at = dice.below(lines.length)
		lines.splice(at, 0, lines[at]!)
		return `line ${at} twice`
	},
	(lines, dice) => {
		const at = dice.below(lines.length + 1)
		lines.splice(at, 0, dice.pick(["", " ", "\t\t"]))
		return `a blank line at ${at}`
	},
	(lines, dice) => {
		const at = dice.below(lines.length)
		lines.splice(at, 1)
		return `without line ${at}`
	},
	(lines, dice) => {
		const [a, b] = [dice.below(lines.length), dice.below(lines.length)]
		;[lines[a], lines[b]] = [lines[b]!, lines[a]!]
		return `lines ${a} and ${b} exchanged`
	},
	(lines, dice) => {
		const at = dice.below(lines.length)
		const cell = dice.pick(odd)
		lines[at] = cell
		return `line ${at} is ${named(cell)}`
	},
	(lines, dice) => {
		const at = dice.below(lines.length)
		const separator = dice.pick(["\t", ",", " "])
		const cells = lines[at]!.split(separator)
		const cell = dice.pick(odd)
		cells[dice.below(cells.length)] = cell
		lines[at] = cells.join(separator)
		return `a cell of line ${at} is ${named(cell)}`
	},
	(lines, dice) => {
		const at = dice.below(lines.length)
		lines[at] += dice.pick(["\t", "\textra", ",", ",extra", "\r", " "])
		return `line ${at} goes on`
	},
	(lines, dice) => {
		const name = dice.pick(["text", "Sentence", "labels", "sentence1", "label ", "idx"])
		const cells = lines[0]!.split(/([\t,])/)
		cells[2 * dice.below(Math.ceil(cells.length / 2))] = name
		lines[0] = cells.join("")
		return `a column is called ${named(name)}`
	},
	(lines) => {
		for (const [index, line] of lines.entries()) lines[index] = `${line}\r`
		return "ends of lines as on Windows"
	},
	(lines) => {
		const text = lines.join("\r")
		lines.splice(0, lines.length, text)
		return "ends of lines as on an old Macintosh"
	},
	(lines, dice) => {
		const keep = dice.below(3)
		lines.splice(keep)
		return `${keep} lines left`
	},
	(lines) => {
		lines.reverse()
		return "backwards"
	},
]

/** Mistakes of files that consist of lines: tables, vocabularies, merges, JSON lines. */
export const lineMutations: readonly Mutation[] = changes.map((change) => (bytes, dice) => {
	const lines = bytes.toString("utf8").split("\n")
	const what = change(lines, dice)
	return { bytes: Buffer.from(lines.join("\n")), what }
})

export function named(value: unknown): string {
	const text = JSON.stringify(value) ?? String(value)
	return text.length <= 40 ? text : `${text.slice(0, 40)}... (${text.length} characters)`
}
