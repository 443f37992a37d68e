/**
 * A whole prune by the default method, stage by stage, beside dense forward passes over the same samples, in one run.
 *
 *   pnpm bench:prune [--model minilm-stsb|bert-base] [--samples N] [--share S] [--repeats N] [--threads N]
 *
 * `bert-base` is that shape with random weights; it reads the same samples. Where more are asked for than there are, they come again.
 */
import { cpus } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { openModelFolder } from "@winnow/checkpoint"
import { loadEncoder } from "@winnow/encoder"
import { kfacCurves } from "@winnow/fisher"
import { macModel } from "@winnow/flops-model"
import { taskNamed } from "@winnow/glue-eval"
import { searchMasks } from "@winnow/mask-search"
import { projection, tune } from "@winnow/mask-tune"
import { onnxRuntime } from "@winnow/runtime"
import type { SublayerStatistics } from "@winnow/tensor"
import { benchSharedFolder } from "./bench-shared-folder.ts"
import { calibrationSamples } from "./calibration-samples.ts"
import { macsOf } from "./macs-of.ts"
import { medianAndRange } from "./median-and-range.ts"
import { randomBert, type ShapeName, shapes } from "./random-bert.ts"
import { sgemmPeak } from "./sgemm-peak.ts"

const { values } = parseArgs({
	options: {
		model: { type: "string", default: "minilm-stsb" },
		samples: { type: "string", default: "2048" },
		share: { type: "string", default: "0.5" },
		repeats: { type: "string", default: "3" },
		threads: { type: "string" },
	},
})
const [repeats, share] = [Number(values.repeats), Number(values.share)]
const threads = Number(values.threads ?? cpus().length)
const shared = benchSharedFolder()

const distinct = await calibrationSamples(shared, join(shared, "models/minilm-stsb"))
const samples = Array.from({ length: Number(values.samples) }, (_, i) => distinct[i % distinct.length]!)
const tokens = samples.reduce((sum, { ids }) => sum + ids.length, 0)
const vocabulary = 30_522
const isRandom = values.model in shapes
const folder = isRandom
	? randomBert(shapes[values.model as ShapeName], vocabulary)
	: await openModelFolder(join(shared, "models", values.model))
const runtime = await onnxRuntime({ threads })
const encoder = await loadEncoder(folder, { runtime })
const peak = await sgemmPeak(runtime)
const { gemm64: gemm } = runtime
const { sublayers, hidden } = encoder
const cost = macModel(sublayers, { hidden, length: taskNamed("stsb").meanDevLength })

/** One stage in one repeat. */
interface Measured {
	readonly seconds: number
	/** Of all its matrix products, where they are counted. */
	readonly gigaflops?: number | undefined
	/** Highest resident memory of the process so far. */
	readonly peakMiB: number
}
const repeated: ReadonlyMap<string, Measured>[] = []

try {
	const model = `${values.model}${isRandom ? " (random weights)" : ""}`
	console.log(`a prune of ${model} to ${share} of its MACs with ${samples.length} samples (${tokens} tokens)`)
	console.log(runtime.name)
	console.log(
		`${cpus()[0]!.model.trim()}, ${threads} threads, Node ${process.version}, ${repeats} repeats, medians (range)`,
	)
	await encoder.logits(samples)
	for (let i = 0; i < repeats; i++) repeated.push(await prune())
	for (const name of repeated[0]!.keys()) console.log(lineOf(name))
} finally {
	await runtime.close()
	await folder.close()
}

/** One prune between two dense passes. */
async function prune(): Promise<ReadonlyMap<string, Measured>> {
	const measured = new Map<string, Measured>()
	const stage = async <Result>(name: string, work: () => Promise<Result>, macs?: number): Promise<Result> => {
		const start = performance.now()
		const result = await work()
		const seconds = (performance.now() - start) / 1000
		const gigaflops = macs && (2 * macs) / seconds / 1e9
		measured.set(name, { seconds, gigaflops, peakMiB: process.resourceUsage().maxRSS / 1024 })
		return result
	}
	const collect = async () => {
		const all: SublayerStatistics[] = []
		for await (const each of encoder.statistics(samples, { loss: "logits" })) all.push(each)
		return all
	}
	const forward = macsOf(encoder.graphs.logits(), samples)
	await stage("dense pass before", () => encoder.logits(samples), forward)
	const statistics = await stage("statistics", collect, macsOf(encoder.graphs.statistics(), samples))
	const curves = await stage("removal curves", () => kfacCurves(statistics, sublayers, { gemm }))
	const plan = await stage("mask search", async () => searchMasks(curves, cost, { share }))
	await stage("repair", () => tune(encoder, plan, samples, { repair: projection({ gemm }) }))
	await stage("dense pass after", () => encoder.logits(samples), forward)
	const peakGigaflops = await peak.gigaflops()
	const all = [...measured].filter(([name]) => !name.startsWith("dense"))
	measured.set("whole prune", {
		seconds: all.reduce((sum, [, { seconds }]) => sum + seconds, 0),
		peakMiB: Math.max(...all.map(([, { peakMiB }]) => peakMiB)),
	})
	return new Map([...measured].map(([name, one]) => [name, ofPeak(one, peakGigaflops)]))
}

function ofPeak(one: Measured, peak: number): Measured {
	return { ...one, gigaflops: one.gigaflops && one.gigaflops / peak }
}

function lineOf(name: string): string {
	const runs = repeated.map((stages) => stages.get(name)!)
	const passes = runs.map(({ seconds }, i) => seconds / densePass(repeated[i]!))
	const shares = runs.flatMap(({ gigaflops }) => gigaflops ?? [])
	return [
		`${name}: ${medianAndRange(passes)} dense passes`,
		...(shares.length > 0 ? [`${medianAndRange(shares)} of the sgemm peak`] : []),
		`${Math.max(...runs.map(({ peakMiB }) => peakMiB)).toFixed(0)} MiB`,
	].join(", ")
}

function densePass(stages: ReadonlyMap<string, Measured>): number {
	return (stages.get("dense pass before")!.seconds + stages.get("dense pass after")!.seconds) / 2
}
