/**
 * Mask gradients of the STS-B calibration sample here and in PyTorch, side by side in one run.
 *
 *   pnpm bench [--repeats N] [--threads N]
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { openModelFolder } from "@winnow/checkpoint"
import { loadEncoder } from "@winnow/encoder"
import { encodeExamples, parseSampleIndices, readExamples, taskNamed } from "@winnow/glue-eval"
import { count, onnxRuntime } from "@winnow/runtime"
import type { Sample } from "@winnow/tensor"
import { loadTokenizer } from "@winnow/tokenizer"
import { pythonWith, startPython } from "./python.ts"
import { sgemmPeak } from "./sgemm-peak.ts"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const shared = process.env.WINNOW_SHARED ?? path("../../../../shared")
const { values } = parseArgs({ options: { repeats: { type: "string", default: "7" }, threads: { type: "string" } } })
const repeats = Number(values.repeats)
const threads = Number(values.threads ?? cpus().length)

const modelFolder = join(shared, "models/minilm-stsb")
const samples = await calibrationSamples()
const runtime = await onnxRuntime({ threads })
const folder = await openModelFolder(modelFolder)
const encoder = await loadEncoder(folder, { runtime })
const peak = await sgemmPeak(runtime)
const scratch = await mkdtemp(join(tmpdir(), "winnow-bench-"))
const python = startPython(await pythonWith(path("../python/requirements.txt")), [
	path("../python/mask_gradients.py"),
	await jobFile(),
])

const ours = async () => {
	const start = performance.now()
	const gradients = await encoder.maskGradients(samples, { loss: "task" })
	const seconds = (performance.now() - start) / 1000
	return {
		seconds,
		norm: Math.hypot(...gradients.map(({ data }) => Math.sqrt(data.reduce((sum, g) => sum + g * g, 0)))),
	}
}
const theirs = async (budget: number) =>
	(await python.ask(String(budget))) as { seconds: number; norm: number; torch: string }

try {
	const budget = await bestBudget()
	const rows: { ours: number; theirs: number; peak: number }[] = []
	const [first, reference] = [await ours(), await theirs(budget)]
	for (let i = 0; i < repeats; i++) {
		rows.push({
			ours: (await ours()).seconds,
			theirs: (await theirs(budget)).seconds,
			peak: await peak.gigaflops(),
		})
	}
	const flops = 2 * macs()
	const medianOf = (pick: (row: (typeof rows)[number]) => number) => {
		const sorted = rows.map(pick).sort((a, b) => a - b)
		return sorted[Math.floor(sorted.length / 2)]!
	}
	const spread = (pick: (row: (typeof rows)[number]) => number) =>
		`${Math.min(...rows.map(pick)).toFixed(2)} to ${Math.max(...rows.map(pick)).toFixed(2)}`
	const ratio = (row: (typeof rows)[number]) => row.theirs / row.ours
	const share = (row: (typeof rows)[number]) => flops / row.ours / 1e9 / row.peak
	console.log(
		`mask gradients of ${samples.length} STS-B samples, ${samples.reduce((sum, { ids }) => sum + ids.length, 0)} tokens`,
	)
	console.log(`${runtime.name} and PyTorch ${reference.torch} (${budget} tokens a batch), float32, ${threads} threads`)
	console.log(`${cpus()[0]!.model.trim()}, Node ${process.version}, ${repeats} interleaved repeats, medians (range)`)
	console.log(`PyTorch's time over ours        ${medianOf(ratio).toFixed(2)} (${spread(ratio)})`)
	console.log(`share of the sgemm peak         ${medianOf(share).toFixed(2)} (${spread(share)})`)
	console.log(`difference of the two norms     ${Math.abs(first.norm / reference.norm - 1).toExponential(1)}`)
} finally {
	python.close()
	await rm(scratch, { recursive: true })
	await runtime.close()
	await folder.close()
}

/** The rows that the golden gradients of STS-B were computed on. */
async function calibrationSamples(): Promise<readonly Sample[]> {
	const { readFile } = await import("node:fs/promises")
	const task = taskNamed("stsb")
	const { examples } = await readExamples(task, join(shared, "data/glue/STS-B"), { split: "train" })
	const golden = join(shared, "goldens/kwon2022-stsb/golden.json")
	const indices = parseSampleIndices(await readFile(golden, "utf8"), examples.length, golden)
	return encodeExamples(
		task,
		Array.from(indices, (i) => examples[i]!),
		await loadTokenizer(modelFolder),
	)
}

async function jobFile(): Promise<string> {
	const { headSize, hidden, epsilon } = encoder.architecture
	const file = join(scratch, "job.json")
	const job = {
		model: modelFolder,
		heads: hidden / headSize,
		eps: epsilon,
		threads,
		samples: samples.map(({ ids, segments, target }) => ({ ids: [...ids], segments: [...segments!], target })),
	}
	await writeFile(file, JSON.stringify(job))
	return file
}

/** PyTorch's own best: ours is what the library ships with. */
async function bestBudget(): Promise<number> {
	let best = { budget: 0, seconds: Number.POSITIVE_INFINITY }
	for (const budget of [512, 1024, 2048, 4096]) {
		await theirs(budget)
		const seconds = Math.min((await theirs(budget)).seconds, (await theirs(budget)).seconds)
		if (seconds < best.seconds) best = { budget, seconds }
	}
	return best.budget
}

/** Multiply-accumulates of all matrix products of forward and backward pass, without padding. */
function macs(): number {
	const graph = encoder.graphs.maskGradients()
	const lengths = new Map<number, number>()
	for (const { ids } of samples) lengths.set(ids.length, (lengths.get(ids.length) ?? 0) + 1)
	return [...lengths].reduce((sum, [length, times]) => sum + times * count(graph, { batch: 1, length }).macs, 0)
}
