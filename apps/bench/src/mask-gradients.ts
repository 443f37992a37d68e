/**
 * Mask gradients of the STS-B calibration sample on ONNX Runtime, on TensorFlow's own library and in PyTorch, side by side in one run.
 *
 *   pnpm bench [--repeats N] [--threads N]
 */
import { cpus } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { openModelFolder } from "@winnow/checkpoint"
import { loadEncoder } from "@winnow/encoder"
import { onnxRuntime, type Runtime, tfjsRuntime } from "@winnow/runtime"
import { UnsupportedError } from "@winnow/tensor"
import { benchSharedFolder } from "./bench-shared-folder.ts"
import { calibrationSamples } from "./calibration-samples.ts"
import type { Contender } from "./contender.ts"
import { macsOf } from "./macs-of.ts"
import { medianAndRange } from "./median-and-range.ts"
import { pytorch } from "./pytorch.ts"
import { sgemmPeak } from "./sgemm-peak.ts"
import { winnow } from "./winnow.ts"

const { values } = parseArgs({ options: { repeats: { type: "string", default: "7" }, threads: { type: "string" } } })
const repeats = Number(values.repeats)
const threads = Number(values.threads ?? cpus().length)
const shared = benchSharedFolder()

const modelFolder = join(shared, "models/minilm-stsb")
const samples = await calibrationSamples(shared, modelFolder)
const tokens = samples.reduce((sum, { ids }) => sum + ids.length, 0)
const folder = await openModelFolder(modelFolder)
const onnx = await onnxRuntime({ threads })
const encoder = await loadEncoder(folder, { runtime: onnx })
const peak = await sgemmPeak(onnx)
const macs = macsOf(encoder.graphs.maskGradients(), samples)

const onOnnx = winnow(onnx, encoder, samples)
const others: Contender[] = []
try {
	const tensorflow = await libtensorflow()
	if (tensorflow) others.push(winnow(tensorflow, await loadEncoder(folder, { runtime: tensorflow }), samples))
	others.push(await pytorch({ modelFolder, architecture: encoder.architecture, samples, threads }))
	console.log(
		`mask gradients of ${samples.length} STS-B samples, ${tokens} tokens, on ${onOnnx.name}, float32, ${threads} threads`,
	)
	console.log(`${cpus()[0]!.model.trim()}, Node ${process.version}, ${repeats} interleaved repeats, medians (range)`)
	await compare()
} finally {
	for (const contender of [...others, onOnnx]) await contender.close()
	await folder.close()
}

/** Every contender once in every repeat, so that what else the machine does slows all of them. */
async function compare(): Promise<void> {
	const { norm } = await onOnnx.run()
	const differences = []
	for (const other of others) differences.push(Math.abs((await other.run()).norm / norm - 1))
	const rows = []
	for (let i = 0; i < repeats; i++) {
		const { seconds } = await onOnnx.run()
		const slower = []
		for (const other of others) slower.push((await other.run()).seconds / seconds)
		rows.push({ slower, share: (2 * macs) / seconds / 1e9 / (await peak.gigaflops()) })
	}
	console.log(`share of the sgemm peak: ${medianAndRange(rows.map(({ share }) => share))}`)
	for (const [index, { name }] of others.entries()) {
		const ratio = medianAndRange(rows.map(({ slower }) => slower[index]!))
		console.log(
			`${name}: ${ratio} times the time of ONNX Runtime, norms differ by ${differences[index]!.toExponential(1)}`,
		)
	}
}

/** TensorFlow's own library, where it is installed. */
async function libtensorflow(): Promise<Runtime | undefined> {
	try {
		return await tfjsRuntime({ backend: "node-gpu", threads })
	} catch (error) {
		if (!UnsupportedError.is(error)) throw error
		console.log(`not measured: ${error.message}; \`pnpm install-libtensorflow\` builds it`)
		return undefined
	}
}
