/**
 * What does a latency as the budget buy? Every model that was pruned to a latency stands beside one that was pruned to
 * multiply-accumulates and measures the same latency, to a hundredth. Curves, samples and repair are shared; only the cost model differs.
 *
 *   pnpm ablations:latency [--task sst2,stsb] [--batch 1,32] [--length N] [--threads N] [--latency 0.7,0.5,0.35] [--shared FOLDER]
 *     [--out FOLDER] [--render]
 *
 * Latencies are measured at the end once more: dense model and both pruned ones turn by turn, in one run. Rows of other tasks and batches
 * that are in the output folder stay. `--render` makes table and plot from the rows that are there.
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
import { latencyTable } from "./latency/latency-document.ts"
import { readLatencyRows, renderLatency, writeLatency } from "./latency/latency-files.ts"
import type { LatencyRow } from "./latency/latency-row.ts"
import type { Subject } from "./question.ts"
import { sharedFolder } from "./shared-folder.ts"
import { whatEachPartBuys } from "./what-each-part-buys.ts"

const { values } = parseArgs({
	options: {
		task: { type: "string", default: whatEachPartBuys.subjects.map(({ task }) => task).join(",") },
		batch: { type: "string", default: "1,32" },
		length: { type: "string", default: "128" },
		threads: { type: "string", default: String(availableParallelism()) },
		latency: { type: "string", default: "0.7,0.5,0.35" },
		shared: { type: "string", default: sharedFolder() },
		out: { type: "string" },
		render: { type: "boolean", default: false },
	},
})
const numbers = (list: string) => list.split(",").map(Number)
const repository = new URL("../../../", import.meta.url)
const { shared } = values
const out = values.out ?? fileURLToPath(new URL("docs/ablations", repository))
const [length, threads, latency] = [Number(values.length), Number(values.threads), numbers(values.latency)]

if (values.render) {
	await renderLatency(out)
} else {
	const folder = await mkdtemp(join(tmpdir(), "winnow-latency-"))
	try {
		await measureAll(folder)
	} finally {
		await rm(folder, { recursive: true })
	}
}

/** Rows are written as each task and batch is done. */
async function measureAll(folder: string): Promise<void> {
	let rows = await readLatencyRows(out)
	for (const subject of whatEachPartBuys.subjects.filter(({ task }) => values.task.split(",").includes(task))) {
		const curves = join(folder, `${subject.task}.json`)
		for (const batch of numbers(values.batch)) {
			const fresh = await measured(subject, { batch, curves, folder })
			const others = rows.filter((row) => row.task !== subject.task || row.batch !== batch)
			rows = [...others, ...fresh].sort(
				(a, b) => a.task.localeCompare(b.task) || a.batch - b.batch || b.budget - a.budget,
			)
			await writeLatency(rows, out)
		}
	}
	console.log(latencyTable(rows))
}

async function measured(
	{ task, ...places }: Subject,
	{ batch, curves, folder }: { readonly batch: number; readonly curves: string; readonly folder: string },
): Promise<readonly LatencyRow[]> {
	const [model, data] = [join(shared, places.model), join(shared, places.data)]
	const place = join(folder, `${task}-${batch}`)
	await mkdir(place)
	const tables = await profile({ model, batch, length, threads }, { onNote: log })
	const tableFile = join(place, "table.json")
	await writeFile(tableFile, JSON.stringify(tables))
	log(`${task}, batch ${batch}: dense ${tables[0]!.dense.ms.toFixed(1)} ms`)
	const known = await readFile(curves).then(
		() => ({ curves }),
		() => ({}),
	)
	const common = { model, data, task, threads, timing: false, formats: [], samples: whatEachPartBuys.samples }
	const served = { ...common, ...known, batch, length, latencyTable: tableFile, latency, out: join(place, "latency") }
	const results = await pruneFamily(served, { onNote: log })
	await writeFile(curves, await readFile(join(place, "latency", String(latency[0]), "curves.json")))
	const rows: LatencyRow[] = []
	for (const result of results) {
		const budget = Number(result.recipe.latency)
		const share = await equalShare(result, { model, table: tables[0]!, curves })
		const other = await prune({ ...common, curves, macs: share, out: join(place, "macs", String(budget)) })
		const folders = [model, join(place, "latency", String(budget)), join(place, "macs", String(budget))]
		const [dense, byLatency, byMacs] = await sideBySide(folders.map((path) => ({ model: path, batch })))
		const row: LatencyRow = {
			schema: "winnow-latency-against-macs/1",
			task,
			batch,
			length,
			threads,
			budget,
			share: { latency: byLatency!.ratio, macs: byMacs!.ratio },
			macs: { latency: result.macs.share, macs: other.macs.share },
			guide: { latency: result.guide.measured!, macs: other.guide.measured! },
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
		log(latencyTable([row]).split("\n").at(-2)!)
	}
	return rows
}

function log(line: string): void {
	console.error(line)
}

/** How often the table is corrected by what was measured, and from when on two models are as fast as each other. */
const [corrections, equal] = [4, 0.01]

/** The share of multiply-accumulates whose plan measures as fast as a model that was pruned to a latency. The table says where to look. */
async function equalShare(
	{ latency, macs, kept }: PruneResult,
	{ model, table, curves: path }: { readonly model: string; readonly table: LatencyTable; readonly curves: string },
): Promise<number> {
	const { hidden, sublayers } = table.model
	const stored = JSON.parse(await readFile(path, "utf8")) as { sublayers: { order: number[]; loss: number[] }[] }
	const curves = stored.sublayers.map(({ order, loss }): RemovalCurve => {
		return { order: Uint32Array.from(order), loss: Float64Array.from(loss) }
	})
	const cost = latencyModel(table, sublayers)
	const macCost = macModel(sublayers, { hidden, length: macs.length })
	const widthsAt = (share: number) => searchMasks(curves, macCost, { share }).kept.map((units) => units.length)
	const shareWithin = (milliseconds: number) => {
		let [fits, exceeds] = [0.01, 1]
		while (exceeds - fits > 5e-4) {
			const middle = (fits + exceeds) / 2
			if (predictedLatency(cost, widthsAt(middle)) <= milliseconds) fits = middle
			else exceeds = middle
		}
		return fits
	}
	const widths = kept.map((units) => units.length)
	const { batch } = table.setting
	let aim = latency!.predicted.pruned
	let share = shareWithin(aim)
	for (let left = corrections; left > 0; left--) {
		const [, ours, theirs] = await sideBySide(
			[undefined, widths, widthsAt(share)].map((each) => ({ model, batch, widths: each })),
		)
		const off = theirs!.ratio / ours!.ratio
		if (Math.abs(off - 1) <= equal) break
		aim /= off
		share = shareWithin(aim)
	}
	return share
}

/** A model as it is, or with other widths: a clock sees no weights. */
interface TimedCase {
	readonly model: string
	readonly batch: number
	readonly widths?: readonly number[] | undefined
}

async function sideBySide(cases: readonly TimedCase[]): Promise<readonly TimedTogether[]> {
	const runtime = await onnxRuntime({ threads })
	try {
		const models: Timed[] = []
		for (const each of cases) models.push(await timedModel(each, runtime))
		return await timeTogether(models, { rounds: [9, 60], precision: 0.003 })
	} finally {
		await runtime.close()
	}
}

async function timedModel({ model: path, batch, widths }: TimedCase, runtime: Runtime): Promise<Timed> {
	const model = await openModelFolder(path)
	try {
		const encoder = await loadEncoder(model, { runtime })
		return await encoder.stopwatch({ batch, length }).prepare(widths ?? encoder.sublayers.map(({ units }) => units))
	} finally {
		await model.close()
	}
}
