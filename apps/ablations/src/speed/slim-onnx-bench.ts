import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { demoDataFolder, demoModelFolder } from "@winnow/demo"
import type { NotedRun } from "@winnow/orchestrator"
import { currentCommit } from "../commit.ts"
import { linesOf } from "../json-lines.ts"
import type { Subject } from "../question.ts"
import { onnxForms } from "./onnx-forms.ts"
import { columnName, speedDocument } from "./speed-document.ts"
import { speedPlot } from "./speed-plot.ts"
import { type SpeedRow, speedRowsOf } from "./speed-row.ts"
import { timedForms } from "./timed-forms.ts"

/** What is measured: of a model every budget in float32 and int8, a row for each number of threads and batch size. */
export interface SlimOnnxBench {
	readonly subject: Subject
	readonly samples: number
	readonly macs: readonly number[]
	readonly threads: readonly number[]
	readonly batch: readonly number[]
	readonly length: number
	readonly rounds: number
}

/** @param shared - the folder of models and data sets */
export function slimOnnxBench(shared: string): SlimOnnxBench {
	const subject = { task: "sst2", model: join(shared, "models/minilm-sst2"), data: join(shared, "data/glue/SST-2") }
	return { subject, samples: 2048, macs: [0.5, 0.3], threads: [1, 2], batch: [1, 32], length: 128, rounds: 31 }
}

/** The same where it takes seconds: the demo model, short inputs, few rounds. Says whether it runs, and nothing about speed. */
export function smokeBench(): SlimOnnxBench {
	const subject = { task: "sst2", model: demoModelFolder(), data: demoDataFolder() }
	return { subject, samples: 256, macs: [0.5], threads: [1, 2], batch: [1, 4], length: 16, rounds: 3 }
}

/** Prunes, writes the files, and times them. */
export async function speedRows(
	{ subject, samples, macs, threads, batch, ...timing }: SlimOnnxBench,
	{ onNote, ...run }: NotedRun = {},
): Promise<readonly SpeedRow[]> {
	const folder = await mkdtemp(join(tmpdir(), "winnow-slim-onnx-"))
	try {
		const made = { macs, precisions: ["fp32", "int8"], samples, seed: 0, folder } as const
		const { forms, result } = await onnxForms(subject, { ...made, onNote, ...run })
		const { runtime, machine, winnow } = result
		const about = { runtime, machine, winnow, commit: await currentCommit() }
		const rows: SpeedRow[] = []
		for (const count of threads) {
			for (const inputs of batch) {
				const input = { batch: inputs, ...timing, threads: count }
				onNote?.(`${columnName(input)}: ${forms.length} files, ${timing.rounds} rounds`)
				const times = await timedForms(forms, input)
				const timed = forms.map(({ path: _, vocabulary: __, ...form }, index) => ({ ...form, ...times[index]! }))
				const what = { model: result.model.source, task: subject.task, samples, seed: 0, ...input }
				rows.push({ schema: "winnow-speed/1", ...what, forms: timed, ...about, date: new Date().toISOString() })
			}
		}
		return rows
	} finally {
		await rm(folder, { recursive: true })
	}
}

/** Of all files of the bench. */
const name = "slim-onnx"

/** What people read of the rows in a folder, by the files that it belongs into. */
export async function renderedSpeed(folder: string): Promise<ReadonlyMap<string, string>> {
	const file = join(folder, `${name}.jsonl`)
	const rows = speedRowsOf(await readFile(file, "utf8"), file)
	return new Map([
		[join(folder, `${name}.md`), speedDocument(rows, name)],
		[join(folder, `${name}.svg`), speedPlot(rows)],
	])
}

/** Writes rows, and what people read of them. */
export async function writeSpeed(rows: readonly SpeedRow[], folder: string): Promise<void> {
	await mkdir(folder, { recursive: true })
	await writeFile(join(folder, `${name}.jsonl`), linesOf(rows))
	await renderSpeed(folder)
}

export async function renderSpeed(folder: string): Promise<void> {
	for (const [file, text] of await renderedSpeed(folder)) await writeFile(file, text)
}
