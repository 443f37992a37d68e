import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { openModelFolder, openSafetensors } from "@winnow/checkpoint"
import { writeHeadedModel } from "@winnow/fixtures"
import { interpreter, onnxRuntime, type Runtime, trace, type Value } from "@winnow/runtime"
import type { MaskGradients, Sample } from "@winnow/tensor"
import { f32, installedModel, needs, toBeAllclose } from "@winnow/testing"
import { temporaryFolder } from "@winnow/testing/hub"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { batchesOf } from "../src/batches.ts"
import { tokenInputs } from "../src/graphs.ts"
import { loadEncoder, sublayersOf } from "../src/index.ts"
import { encode, encoderProgram } from "../src/program.ts"
import { readModel } from "../src/read-model.ts"
import { tinyModel, tinySamples } from "./tiny-model.ts"

expect.extend({ toBeAllclose })

let runtime: Runtime
beforeAll(async () => {
	runtime = await onnxRuntime({ threads: 1 })
})
afterAll(() => runtime.close())

/** ||a - b|| / ||b|| */
function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
	let difference = 0
	let norm = 0
	for (let i = 0; i < b.length; i++) {
		difference += (a[i]! - b[i]!) ** 2
		norm += b[i]! ** 2
	}
	return Math.sqrt(difference / norm)
}

describe("gradients of real weights agree with PyTorch's autograd to 1e-4, with padding in the batch", () => {
	const fixtures = new URL("./fixtures/", import.meta.url)
	const described: Record<string, { ids: number[]; segments: number[]; target: number; logits: number[] }[]> =
		JSON.parse(readFileSync(new URL("mask-gradients.json", fixtures), "utf8"))
	const modelFolder = temporaryFolder()
	const masksOf = {
		ones: () => 1,
		fractions: (sublayer: number, unit: number) => 0.25 + (((unit + 1) * (sublayer + 1) * 0.6180339887498949) % 1),
	}

	for (const name of ["regression", "classification"] as const) {
		test(name, needs("all-minilm-l6-v2"), async () => {
			await writeHeadedModel(modelFolder(), { source: installedModel("all-minilm-l6-v2"), head: name })
			const folder = await openModelFolder(modelFolder())
			const expected = await openSafetensors(fileURLToPath(new URL("mask-gradients.safetensors", fixtures)))
			const encoder = await loadEncoder(folder, { runtime })
			const samples: Sample[] = described[name]!.map(({ ids, segments, target }) => ({
				ids: Uint32Array.from(ids),
				segments: Uint8Array.from(segments),
				target,
			}))
			const logits = await encoder.logits(samples)
			for (const [i, { logits: theirs }] of described[name]!.entries()) {
				expect(logits[i]!).toBeAllclose(theirs, { rtol: 1e-5, atol: 1e-5 })
			}
			for (const [kind, value] of Object.entries(masksOf)) {
				const masks = encoder.sublayers.map(({ units }, sublayer) => {
					return Float32Array.from({ length: units }, (_, unit) => value(sublayer, unit))
				})
				const gradients = await encoder.maskGradients(samples, { loss: "task", masks })
				for (const [sublayer, { data }] of gradients.entries()) {
					const theirs = await expected.readWeights(`${name}_${kind}_${sublayer}`)
					expect(relativeDistance(data, theirs), `${kind} ${sublayer}`).toBeLessThan(1e-4)
				}
			}
			await encoder.close()
			await expected.close()
			await folder.close()
		})
	}
})

test("gradients agree with central differences in float64 on a tiny model, for every unit and sample", async () => {
	const folder = tinyModel()
	const { architecture, weights } = await readModel(folder)
	const sublayers = sublayersOf(architecture)
	const maskInputs = Object.fromEntries(sublayers.map(({ units }, l) => [`mask${l}`, { shape: [units, 1, 1] }]))
	const graph = trace({ ...tokenInputs, target: { shape: ["batch", 2] }, ...maskInputs }, (ops, inputs) => {
		const masks = inputs as Record<string, Value>
		const tap = (l: number, units: Value) => {
			const mask = masks[`mask${l}`]!
			return ops.mul(units, units.shape.length === 4 ? mask : ops.reduceSum(mask, [1, 2]))
		}
		const program = encoderProgram(ops, architecture, weights)
		const logits = encode(ops, { program, sublayers, tap }, inputs)
		const losses = ops.reduceSum(ops.mul(ops.logSoftmax(logits), inputs.target), [1])
		return { losses: ops.mul(losses, ops.constant(-1)) }
	})
	const program = await interpreter().compile(graph)
	const encoder = await loadEncoder(folder, { runtime: interpreter() })
	const gradients = await encoder.maskGradients(tinySamples, { loss: "task" })

	for (const { samples, feeds } of batchesOf(tinySamples)) {
		const target = samples.flatMap((sample) => (tinySamples[sample]!.target === 1 ? [0, 1] : [1, 0]))
		const lossesAt = async (moved: { sublayer: number; unit: number; by: number }) => {
			const masks = sublayers.map(({ units }, l) => {
				const data = new Float64Array(units).fill(1)
				if (l === moved.sublayer) data[moved.unit]! += moved.by
				return [`mask${l}`, { shape: [units, 1, 1], data }]
			})
			const all = { ...feeds, target: { shape: [samples.length, 2], data: Float32Array.from(target) } }
			return (await program.run({ ...all, ...Object.fromEntries(masks) })).losses!.data as Float64Array
		}
		const step = 1e-4
		for (const [sublayer, { units }] of sublayers.entries()) {
			for (let unit = 0; unit < units; unit++) {
				const [above, below] = [
					await lossesAt({ sublayer, unit, by: step }),
					await lossesAt({ sublayer, unit, by: -step }),
				]
				const slopes = samples.map((_, row) => (above[row]! - below[row]!) / (2 * step))
				const ours = samples.map((sample) => gradients[sublayer]!.data[sample * units + unit]!)
				// rtol: the gradients are handed out in float32; atol: the differences' own error, of the order of step^2
				expect(ours).toBeAllclose(slopes, { rtol: 1e-6, atol: 1e-7 })
			}
		}
	}
})

test("a batch's gradients are the mean of its samples', the last batch counting whole", async () => {
	const encoder = await loadEncoder(tinyModel(), { runtime })
	const perSample = await encoder.maskGradients(tinySamples, { loss: "task" })
	const perBatch = await encoder.maskGradients(tinySamples, { loss: "task", per: { batch: 3 } })
	for (const [sublayer, { shape, data }] of perBatch.entries()) {
		const [, units] = shape
		const row = (index: number) => perSample[sublayer]!.data.subarray(index * units, (index + 1) * units)
		expect(shape).toEqual([2, units])
		const mean = row(0).map((value, i) => (value + row(1)[i]! + row(2)[i]!) / 3)
		expect(data.subarray(0, units)).toBeAllclose(mean, f32)
		expect(data.subarray(units)).toBeAllclose(row(3), f32)
	}
	await encoder.close()
})

test("sublayers without units have gradients without columns, the others are those of the interpreter", async () => {
	const widths = { heads: [0, 2], neurons: [6, 0] }
	const gradientsOn = async (on: Runtime): Promise<MaskGradients> => {
		const encoder = await loadEncoder(tinyModel(widths), { runtime: on })
		return encoder.maskGradients(tinySamples, { loss: "task" })
	}
	const [ours, theirs] = [await gradientsOn(runtime), await gradientsOn(interpreter())]
	expect(ours.map(({ shape }) => shape)).toEqual([
		[4, 0],
		[4, 6],
		[4, 2],
		[4, 0],
	])
	// atol: gradients that cancel to nearly nothing keep the rounding of their terms
	for (const [i, { data }] of ours.entries()) expect(data).toBeAllclose(theirs[i]!.data, { rtol: 1e-4, atol: 1e-6 })
})

test("a sample without a class of the model is refused", async () => {
	const encoder = await loadEncoder(tinyModel(), { runtime })
	const { ids } = tinySamples[0]!
	for (const target of [undefined, 2, -1, 0.5] as const) {
		const sample: Sample = target === undefined ? { ids } : { ids, target }
		await expect(encoder.maskGradients([sample], { loss: "task" })).rejects.toThrow(
			`sample 0: the target of the task loss must be a class below 2 (was ${target})`,
		)
	}
})

test("an abort rejects with the signal's reason", async () => {
	const encoder = await loadEncoder(tinyModel(), { runtime })
	const signal = AbortSignal.abort(new Error("enough"))
	await expect(encoder.maskGradients(tinySamples, { loss: "task", signal })).rejects.toThrow("enough")
	await expect(encoder.logits(tinySamples, { signal })).rejects.toThrow("enough")
})
