import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { linesOf } from "../json-lines.ts"
import { latencyDocument } from "./latency-document.ts"
import { latencyPlot } from "./latency-plot.ts"
import { type LatencyRow, latencyRowsOf } from "./latency-row.ts"

const name = "latency-against-macs"

/** Of earlier runs, if there were any. */
export async function readLatencyRows(folder: string): Promise<readonly LatencyRow[]> {
	const file = join(folder, `${name}.jsonl`)
	return latencyRowsOf(await readFile(file, "utf8").catch(() => ""), file)
}

/**
 * What people read of the rows in a folder, by the files that it belongs into.
 *
 * @throws {InvalidInputError} when there are no rows
 */
export async function renderedLatency(folder: string): Promise<ReadonlyMap<string, string>> {
	const rows = await readLatencyRows(folder)
	const file = join(folder, `${name}.jsonl`)
	if (rows.length === 0) throw new InvalidInputError(file, "the file", "one that holds rows", "missing or empty")
	return new Map([
		[join(folder, `${name}.md`), latencyDocument(rows, name)],
		[join(folder, `${name}.svg`), latencyPlot(rows)],
	])
}

export async function renderLatency(folder: string): Promise<void> {
	for (const [file, text] of await renderedLatency(folder)) await writeFile(file, text)
}

/** Rows, and what people read of them. */
export async function writeLatency(rows: readonly LatencyRow[], folder: string): Promise<void> {
	await mkdir(folder, { recursive: true })
	await writeFile(join(folder, `${name}.jsonl`), linesOf(rows))
	await renderLatency(folder)
}
