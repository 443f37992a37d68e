import { type Cell, cellsOf } from "./cells.ts"
import { groupedBy } from "./grouped-by.ts"
import { markdownTable } from "./markdown-table.ts"
import type { Change, Question } from "./question.ts"
import { decimal, resultsTable } from "./results-table.ts"
import type { Row } from "./row.ts"

/** The results of a question as Markdown, for people: how to read them, a table a task and budget, and where the numbers come from. */
export function documentOf(question: Question, rows: readonly Row[], file: string): string {
	const cells = cellsOf(question, rows, file)
	const shown = cells.flatMap((cell) => cell.rows)
	return [
		`# ${question.title}`,
		`Written by \`pnpm ablations\` from the rows in [${question.name}.jsonl](${question.name}.jsonl), a line a run.`,
		coverage(cells),
		armsTable(question),
		reading,
		`![How far each arm's logits are from the dense model's, over the multiply-accumulates kept](${question.name}.svg)`,
		...sections(cells),
		"## Where the numbers come from",
		origins(shown),
	]
		.map((block) => `${block.trimEnd()}\n`)
		.join("\n")
}

const reading = `## How to read the tables

- **guide**: root mean square difference of the logits from the dense model's, on texts that nothing was chosen on. Every text counts, so it
  tells arms apart where scores cannot. Lower is closer to the dense model.
- **flipped**: share of those texts that get another class than from the dense model.
- **score**: the task's main metric on its dev set, and **change** from the dense model's, in points (hundredths). The **interval** is that of a
  paired bootstrap, 95 %, for one run: what the size of the dev set leaves open. One that holds 0 means that no change was seen, not
  that there is none; arms whose intervals overlap are not ranked by their scores.
- Seeds draw the calibration rows. Where there are several, numbers are means, ± is the standard deviation between seeds, and the ends of
  intervals are means, too.`

function coverage(cells: readonly Cell[]): string {
	const [made, wanted] = [cells.reduce((sum, { rows }) => sum + rows.length, 0), sumOfSeeds(cells)]
	return made === wanted
		? `All ${wanted} runs are there.`
		: `${made} of ${wanted} runs are there; the others show as –.`
}

const sumOfSeeds = (cells: readonly Cell[]) => cells.reduce((sum, { seeds }) => sum + seeds, 0)

function armsTable({ groups }: Question): string {
	const rows = groups.flatMap(({ name, arms }) => arms.map(([arm, change]) => [arm, name, changeInWords(change)]))
	const head = ["arm", "of", "recipe, where it differs from the default"]
	return `## The arms\n\n${markdownTable(head, rows, { words: 3 })}`
}

function changeInWords(change: Change): string {
	const fields = Object.entries(change).map(([field, value]) => `\`${field}: ${value}\``)
	return fields.length === 0 ? "the default" : fields.join(", ")
}

function sections(cells: readonly Cell[]): readonly string[] {
	return [...groupedBy(cells, ({ task }) => task)].flatMap(([task, ofTask]) => [
		`## ${task}${denseOf(ofTask)}`,
		...[...groupedBy(ofTask, ({ macs }) => macs)].map(
			([macs, ofBudget]) => `### ${percent(macs)} of the multiply-accumulates\n\n${resultsTable(ofBudget)}`,
		),
	])
}

function denseOf(cells: readonly Cell[]): string {
	const row = cells.flatMap(({ rows }) => rows)[0]
	return row === undefined ? "" : `: ${row.model.source}, dense score ${decimal(row.score.dense, 4)}`
}

const percent = (share: number) => `${Math.round(100 * share)} %`

/** Hardware, versions and settings belong beside every number. */
function origins(rows: readonly Row[]): string {
	if (rows.length === 0) return "There are no rows yet."
	const distinct = (of: (row: Row) => string) => [...new Set(rows.map(of))].join("; ")
	const dates = rows.map(({ date }) => date.slice(0, 10)).toSorted()
	return [
		`- models: ${distinct(({ task, model }) => `${task} ${model.source}, SHA-256 ${model.sha256.slice(0, 12)}`)}`,
		`- calibration: ${distinct(({ samples }) => `${samples.count} training rows`)}; guide: ${distinct(({ task, guide }) => `${task} ${guide.samples} texts (${guide.source})`)}`,
		`- machine: ${distinct(({ machine: { cpu, cores, memoryGiB, node, platform } }) => `${cpu}, ${cores} threads, ${memoryGiB} GiB, Node ${node}, ${platform}`)}`,
		`- runtime: ${distinct(({ runtime }) => runtime)}`,
		`- winnow ${distinct(({ winnow, commit }) => `${winnow} at ${commit}`)}`,
		`- ${dates[0]} to ${dates.at(-1)}`,
	].join("\n")
}
