/**
 * What does a latency as the budget buy? Every model that was pruned to a latency stands beside one that was pruned to
 * multiply-accumulates and has the same latency by the table. Curves, samples and repair are shared; only the cost model differs.
 *
 *   pnpm ablations:latency [--task sst2,stsb] [--batch 1,32] [--length N] [--threads N] [--latency 0.7,0.5,0.35] [--shared FOLDER]
 *     [--out FOLDER]
 *
 * Latencies are measured at the end once more: dense model and both pruned ones turn by turn, in one run. Rows of other tasks and batches
 * that are in the output folder stay.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { openModelFolder } from "@winnow/checkpoint"
import { loadEncoder } from "@winnow/encoder"
import { macModel } from "@winnow/flops-model"
import {
	type LatencyTable,
	latencyModel,
	predictedLatency,
	type TimedTogether,
	timeTogether,
} from "@winnow/latency-profiler"
import { searchMasks } from "@winnow/mask-search"
import { type PruneResult, profile, prune, pruneFamily } from "@winnow/orchestrator"
import { onnxRuntime, type Runtime } from "@winnow/runtime"
import type { RemovalCurve, Timed } from "@winnow/tensor"
import { currentCommit } from "./commit.ts"
import { markdownTable } from "./markdown-table.ts"
import type { Subject } from "./question.ts"
import { whatEachPartBuys } from "./what-each-part-buys.ts"

const { values } = parseArgs({
	options: {
		task: { type: "string", default: whatEachPartBuys.subjects.map(({ task }) => task).join(",") },
		batch: { type: "string", default: "1,32" },
		length: { type: "string", default: "128" },
		threads: { type: "string", default: String(availableParallelism()) },
		latency: { type: "string", default: "0.7,0.5,0.35" },
		shared: { type: "string", default: process.env.WINNOW_SHARED },
		out: { type: "string" },
	},
})
const numbers = (list: string) => list.split(",").map(Number)
const repository = new URL("../../../", import.meta.url)
const shared = values.shared ?? fileURLToPath(new URL("../shared", repository))
const out = values.out ?? fileURLToPath(new URL("docs/ablations", repository))
const [length, threads, latency] = [Number(values.length), Number(values.threads), numbers(values.latency)]

/** One budget: the model that was pruned to it, and the one of multiply-accumulates. */
interface Row {
	readonly task: string
	readonly batch: number
	readonly length: number
	readonly threads: number
	readonly budget: number
	readonly share: { readonly latency: number; readonly macs: number }
	/** Share of the multiply-accumulates. */
	readonly macs: { readonly latency: number; readonly macs: number }
	readonly guide: { readonly latency: number; readonly macs: number }
	readonly score: { readonly dense: number; readonly latency: number; readonly macs: number }
	readonly heads: { readonly latency: readonly number[]; readonly macs: readonly number[] }
	readonly neurons: { readonly latency: readonly number[]; readonly macs: readonly number[] }
	readonly runs: { readonly dense: TimedTogether; readonly latency: TimedTogether; readonly macs: TimedTogether }
	readonly trials: number
	readonly runtime: string
	readonly machine: PruneResult["machine"]
	readonly commit: string
}

const folder = await mkdtemp(join(tmpdir(), "winnow-latency-"))
try {
	const file = join(out, "latency-against-macs.jsonl")
	let rows = await rowsIn(file)
	for (const subject of whatEachPartBuys.subjects.filter(({ task }) => values.task.split(",").includes(task))) {
		const curves = join(folder, `${subject.task}.json`)
		for (const batch of numbers(values.batch)) {
			const fresh = await measured(subject, { batch, curves })
			const others = rows.filter((row) => row.task !== subject.task || row.batch !== batch)
			rows = [...others, ...fresh].sort(
				(a, b) => a.task.localeCompare(b.task) || a.batch - b.batch || b.budget - a.budget,
			)
			await mkdir(out, { recursive: true })
			await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""))
			await writeFile(join(out, "latency-against-macs.md"), document(rows))
		}
	}
	console.log(table(rows))
} finally {
	await rm(folder, { recursive: true })
}

/** Of an earlier run, if there was one. */
async function rowsIn(path: string): Promise<readonly Row[]> {
	const text = await readFile(path, "utf8").catch(() => "")
	return text.split("\n").flatMap((line) => (line === "" ? [] : (JSON.parse(line) as Row)))
}

async function measured(
	{ task, ...places }: Subject,
	{ batch, curves }: { readonly batch: number; readonly curves: string },
): Promise<readonly Row[]> {
	const [model, data] = [join(shared, places.model), join(shared, places.data)]
	const place = join(folder, `${task}-${batch}`)
	await mkdir(place)
	const tables = await profile({ model, batch, length, threads }, { onNote: log })
	const latencyTable = join(place, "table.json")
	await writeFile(latencyTable, JSON.stringify(tables))
	log(`${task}, batch ${batch}: dense ${tables[0]!.dense.ms.toFixed(1)} ms`)
	const known = await readFile(curves).then(
		() => ({ curves }),
		() => ({}),
	)
	const common = { model, data, task, threads, timing: false, formats: [], samples: whatEachPartBuys.samples }
	const served = { ...common, ...known, batch, length, latencyTable, latency, out: join(place, "latency") }
	const results = await pruneFamily(served, { onNote: log })
	await writeFile(curves, await readFile(join(place, "latency", String(latency[0]), "curves.json")))
	const rows: Row[] = []
	for (const result of results) {
		const budget = Number(result.recipe.latency)
		const share = await equalShare(result, { table: tables[0]!, curves })
		const other = await prune({ ...common, curves, macs: share, out: join(place, "macs", String(budget)) })
		const folders = [model, join(place, "latency", String(budget)), join(place, "macs", String(budget))]
		const [dense, byLatency, byMacs] = await sideBySide(folders, batch)
		const row: Row = {
			task,
			batch,
			length,
			threads,
			budget,
			share: { latency: byLatency!.ratio, macs: byMacs!.ratio },
			macs: { latency: result.macs.share, macs: other.macs.share },
			guide: { latency: result.guide.measured, macs: other.guide.measured },
			score: { dense: result.score.dense!, latency: result.score.pruned!, macs: other.score.pruned! },
			heads: { latency: result.architecture.heads, macs: other.architecture.heads },
			neurons: { latency: result.architecture.neurons, macs: other.architecture.neurons },
			runs: { dense: dense!, latency: byLatency!, macs: byMacs! },
			trials: result.latency!.trials.length,
			runtime: result.runtime,
			machine: result.machine,
			commit: await currentCommit(),
		}
		rows.push(row)
		log(table([row]).split("\n").at(-2)!)
	}
	return rows
}

function log(line: string): void {
	console.error(line)
}

/** The largest share of multiply-accumulates whose plan is, by the table, as fast as a model that was pruned to a latency. */
async function equalShare(
	{ latency, macs }: PruneResult,
	{ table, curves: path }: { readonly table: LatencyTable; readonly curves: string },
): Promise<number> {
	const { hidden, sublayers } = table.model
	const stored = JSON.parse(await readFile(path, "utf8")) as { sublayers: { order: number[]; loss: number[] }[] }
	const curves = stored.sublayers.map(({ order, loss }): RemovalCurve => {
		return { order: Uint32Array.from(order), loss: Float64Array.from(loss) }
	})
	const cost = latencyModel(table, sublayers)
	const macCost = macModel(sublayers, { hidden, length: macs.length })
	const latencyAt = (share: number) => {
		const { kept } = searchMasks(curves, macCost, { share })
		return predictedLatency(
			cost,
			kept.map((units) => units.length),
		)
	}
	let [fits, exceeds] = [0.01, 1]
	while (exceeds - fits > 5e-4) {
		const middle = (fits + exceeds) / 2
		if (latencyAt(middle) <= latency!.predicted.pruned) fits = middle
		else exceeds = middle
	}
	return fits
}

async function sideBySide(folders: readonly string[], batch: number): Promise<readonly TimedTogether[]> {
	const runtime = await onnxRuntime({ threads })
	try {
		const models: Timed[] = []
		for (const each of folders) models.push(await timedModel(each, { runtime, batch }))
		return await timeTogether(models, { rounds: [9, 60], precision: 0.003 })
	} finally {
		await runtime.close()
	}
}

async function timedModel(path: string, { runtime, batch }: { runtime: Runtime; batch: number }): Promise<Timed> {
	const model = await openModelFolder(path)
	try {
		const encoder = await loadEncoder(model, { runtime })
		return await encoder.stopwatch({ batch, length }).prepare(encoder.sublayers.map(({ units }) => units))
	} finally {
		await model.close()
	}
}

function table(rows: readonly Row[]): string {
	const percent = (share: number) => `${(100 * share).toFixed(1)} %`
	const head = [
		...["task", "batch", "budget", "latency", "guide", "score", "MACs"],
		...["by MACs: latency", "guide", "score", "MACs", "ratio of guides"],
	]
	return markdownTable(
		head,
		rows.map(({ task, batch, budget, share, guide, score, macs }) => [
			task,
			String(batch),
			String(budget),
			percent(share.latency),
			guide.latency.toFixed(4),
			score.latency.toFixed(4),
			percent(macs.latency),
			percent(share.macs),
			guide.macs.toFixed(4),
			score.macs.toFixed(4),
			percent(macs.macs),
			(guide.latency / guide.macs).toFixed(3),
		]),
	)
}

function document(rows: readonly Row[]): string {
	const { machine, runtime, commit } = rows[0]!
	return `# Latency or multiply-accumulates as the budget?

Models pruned to a share of the dense model's measured latency, and to a share of its multiply-accumulates that is as fast by the same table:
the same removal curves (2,048 training rows, seed 0), the same repair. Latencies are of inputs of ${length} tokens, ${threads} threads, as shares of
the dense model's, all three models turn by turn in one run. The guide is the root mean square difference of the logits from the dense
model's on unlabelled text.

${table(rows)}
Widths, MACs per layer and single runs are in [latency-against-macs.jsonl](latency-against-macs.jsonl). Made by \`pnpm ablations:latency\` at
commit ${commit} on ${machine.cpu}, ${machine.cores} cores, ${runtime}.
`
}
