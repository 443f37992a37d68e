import { markdownTable } from "../markdown-table.ts"
import type { SpeedOfForm, SpeedRow } from "./speed-row.ts"

/** Rows of one run as Markdown, for people: how they were measured, how fast each file is, and how large. */
export function speedDocument(rows: readonly SpeedRow[], name: string): string {
	const { model, samples, seed, length, rounds, machine, runtime, winnow, commit, date } = rows[0]!
	const { cpu, cores, memoryGiB, node, platform } = machine
	return `# How fast and how large slim ONNX files are

${model}, dense and pruned by the default method (${samples.toLocaleString("en")} training rows, seed ${seed}), as the ONNX files that are handed over: in float32, and with
8-bit integers. The dense file in int8 shows what integers alone bring, the slim ones in float32 what pruning alone does, and the slim ones in
int8 both.

![Times faster than the dense model in float32, over the multiply-accumulates kept](${name}.svg)

## Times faster than the dense model in float32

${speedTable(rows)}
Inputs of ${length} tokens, none of them padding. All files of a column were timed in one run, turn by turn, ${rounds} rounds: a number is the median over
rounds of how many times as long the dense file in float32 took in the same round, ± the standard error of that median.

## Milliseconds of a batch

${millisecondsTable(rows)}
Medians over rounds; in brackets, 10 and 90 % of single runs.

## Size

${sizeTable(rows)}
Word embeddings, which pruning does not touch, are a large part of small models' files.

## Where the numbers come from

[${name}.jsonl](${name}.jsonl) has a line a column. Written by \`pnpm bench:export\` at commit ${commit} (Winnow ${winnow}), ${date.slice(0, 10)}, on ${cpu}, ${cores} cores,
${memoryGiB} GiB, ${platform}, ${runtime}, Node ${node}. Threads of ONNX Runtime do not spin while they wait.
`
}

/** How many times faster every file is than the first, a column a batch size and number of threads. */
export function speedTable(rows: readonly SpeedRow[]): string {
	return tableOf(rows, ({ ratio, error }) => {
		const speed = 1 / ratio
		return error === 0 ? speed.toFixed(2) : `${speed.toFixed(2)} ± ${(speed * error).toFixed(2)}`
	})
}

function millisecondsTable(rows: readonly SpeedRow[]): string {
	return tableOf(rows, ({ ms, p10, p90 }) => `${short(ms)} (${short(p10)} to ${short(p90)})`)
}

function sizeTable([row]: readonly SpeedRow[]): string {
	const dense = row!.forms[0]!.bytes
	const head = ["MACs kept", "numbers", "bytes", "of the dense file in float32"]
	const cells = row!.forms.map((form) => {
		const { bytes } = form
		return [...nameOf(form), bytes.toLocaleString("en"), `${((100 * bytes) / dense).toFixed(1)} %`]
	})
	return markdownTable(head, cells, { words: 2 })
}

function tableOf(rows: readonly SpeedRow[], cell: (form: SpeedOfForm) => string): string {
	const head = ["MACs kept", "numbers", ...rows.map(columnName)]
	const cells = rows[0]!.forms.map((form, index) => [...nameOf(form), ...rows.map(({ forms }) => cell(forms[index]!))])
	return markdownTable(head, cells, { words: 2 })
}

/** `batch 1, 2 threads` */
export function columnName({ batch, threads }: Pick<SpeedRow, "batch" | "threads">): string {
	return `batch ${batch}, ${threads} ${threads === 1 ? "thread" : "threads"}`
}

function nameOf({ macs, precision }: SpeedOfForm): [kept: string, numbers: string] {
	return [macs === 1 ? "all (dense)" : `${Math.round(100 * macs)} %`, precision]
}

/** Three digits, but all of whole milliseconds. */
function short(ms: number): string {
	return ms < 100 ? ms.toPrecision(3) : ms.toFixed(0)
}
