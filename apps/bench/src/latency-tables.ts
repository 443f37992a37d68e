/**
 * How well latency tables predict whole models, and what slimming buys: for the shapes of BERT-base and of a MiniLM.
 *
 *   pnpm bench:latency [--batch N] [--length N] [--threads N] [--checks N] [--shapes bert-base,minilm]
 *
 * Per shape one run: the table, random architectures (predicted and measured), and half of all heads and neurons beside the dense model.
 */
import { cpus } from "node:os"
import { parseArgs } from "node:util"
import { loadEncoder } from "@winnow/encoder"
import {
	type LatencySetting,
	latencyModel,
	predictedLatency,
	profileLatency,
	timeTogether,
} from "@winnow/latency-profiler"
import { onnxRuntime, type Runtime } from "@winnow/runtime"
import { randomBert, type ShapeName, shapes } from "./random-bert.ts"

const { values } = parseArgs({
	options: {
		batch: { type: "string", default: "1" },
		length: { type: "string", default: "128" },
		threads: { type: "string", default: "1" },
		checks: { type: "string", default: "30" },
		shapes: { type: "string", default: "bert-base,minilm" },
	},
})
const [batch, length, threads] = [Number(values.batch), Number(values.length), Number(values.threads)]
const setting: LatencySetting = { batch, length, threads, precision: "fp32" }

const runtime = await onnxRuntime({ threads })
try {
	console.log(`${runtime.name}, ${cpus()[0]!.model.trim()}, Node ${process.version}`)
	for (const name of values.shapes.split(",")) await measure(name as ShapeName, runtime)
} finally {
	await runtime.close()
}

async function measure(name: ShapeName, runtime: Runtime): Promise<void> {
	const encoder = await loadEncoder(randomBert(shapes[name]), { runtime })
	const watch = encoder.stopwatch(setting)
	const start = performance.now()
	const table = await profileLatency(watch, encoder, { setting, checks: Number(values.checks) })
	const seconds = (performance.now() - start) / 1000
	const errors = table.checks.map(({ predicted, measured }) => predicted / measured - 1)
	const sizes = errors.map(Math.abs).sort((a, b) => a - b)
	const percent = (share: number) => `${(100 * share).toFixed(1)} %`
	console.log(`\n${name}, batch ${batch}, length ${length}, ${threads} threads: a table in ${seconds.toFixed(0)} s`)
	console.log(
		`dense ${table.dense.ms.toFixed(1)} ms, fixed ${percent(table.fixed / table.dense.ms)}, noise ${percent(table.noise)}`,
	)
	for (const { kind, reads, points } of table.curves) {
		const last = points.at(-1)!
		const half = points.find(({ kept }) => kept >= last.kept / 2)!
		console.log(`${kind} (${reads}): ${points.length} points, half of the units takes ${percent(half.ms / last.ms)}`)
	}
	console.log(
		`${errors.length} random architectures: off by ${percent(sizes[sizes.length >> 1]!)} (median), ${percent(sizes.at(-1)!)} (worst), ` +
			`${percent(errors.reduce((sum, error) => sum + error, 0) / errors.length)} (mean, signed)`,
	)
	const widths = encoder.sublayers.map(({ units }) => units)
	const half = widths.map((units) => units / 2)
	const models = [await watch.prepare(widths), await watch.prepare(half)]
	const [dense, slim] = await timeTogether(models, { rounds: [15, 60], precision: 0.003 })
	for (const model of models) await model.release()
	const cost = latencyModel(table, encoder.sublayers)
	const predicted = predictedLatency(cost, half) / predictedLatency(cost, widths)
	console.log(
		`half of the heads and neurons: ${(1 / slim!.ratio).toFixed(2)} x faster ` +
			`(${(1 / predicted).toFixed(2)} x by the table); ${dense!.ms.toFixed(1)} and ${slim!.ms.toFixed(1)} ms side by side`,
	)
}
