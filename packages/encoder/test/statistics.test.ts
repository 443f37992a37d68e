import { gradient, interpreter, onnxRuntime, type Runtime, trace, type Value } from "@winnow/runtime"
import type { Loss, Sample, StatisticsOptions, SublayerStatistics } from "@winnow/tensor"
import { f64, toBeAllclose } from "@winnow/testing"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { tokenInputs } from "../src/graphs.ts"
import { loadEncoder, sublayersOf } from "../src/index.ts"
import { encode, encoderProgram } from "../src/program.ts"
import { readModel } from "../src/read-model.ts"
import { type TinyOptions, tinyModel, tinySamples } from "./tiny-model.ts"

expect.extend({ toBeAllclose })

let runtime: Runtime
beforeAll(async () => {
	runtime = await onnxRuntime({ threads: 1 })
})
afterAll(() => runtime.close())

async function statisticsOf(
	model: TinyOptions,
	o: StatisticsOptions,
	{ on = interpreter(), samples = tinySamples }: { on?: Runtime; samples?: readonly Sample[] } = {},
): Promise<SublayerStatistics[]> {
	const encoder = await loadEncoder(tinyModel(model), { runtime: on })
	const all: SublayerStatistics[] = []
	for await (const one of encoder.statistics(samples, o)) all.push(one)
	return all
}

/** One row a token: inputs of the output projection and slopes of the loss by its outputs, of one sample on its own. */
type Rows = Record<`a${number}` | `delta${number}`, number[][]>

/** @param cotangent - dLoss/dlogits, from the logits */
async function rowsOf(model: TinyOptions, sample: Sample, cotangent: (logits: number[]) => number[]): Promise<Rows> {
	const folder = tinyModel(model)
	const logits = model.logits ?? 2
	const { architecture, weights } = await readModel(folder)
	const graph = trace({ ...tokenInputs, cotangent: { shape: [1, logits] } }, (ops, inputs) => {
		const units: Record<string, Value> = {}
		const sums: Value[] = []
		const program = encoderProgram(ops, architecture, weights)
		const z = encode(
			ops,
			{
				program,
				sublayers: sublayersOf(architecture),
				tap: (l, value) => {
					units[`a${l}`] = value.shape.length === 4 ? ops.mergeHeads(value) : value
					return value
				},
				onSum: (l, sum) => {
					sums[l] = sum
				},
			},
			inputs,
		)
		const slopes = gradient(ops.reduceSum(ops.mul(z, inputs.cotangent), [0, 1]), sums)
		return { z, ...units, ...Object.fromEntries(slopes.map((slope, l) => [`delta${l}`, slope])) }
	})
	const program = await interpreter().compile(graph)
	const length = sample.ids.length
	const int = (values: ArrayLike<number>) => ({ shape: [1, length], data: Int32Array.from(values) })
	const run = (slope: number[]) =>
		program.run({
			ids: int(sample.ids),
			segments: int(sample.segments ?? new Uint8Array(length)),
			mask: { shape: [1, length], data: new Float64Array(length).fill(1) },
			cotangent: { shape: [1, logits], data: Float64Array.from(slope) },
		})
	const { z } = await run(Array(logits).fill(0))
	const { z: _, ...outputs } = await run(cotangent([...(z!.data as Float64Array)]))
	return Object.fromEntries(
		Object.entries(outputs).map(([name, { shape, data }]) => {
			const [, rows, width] = shape as [number, number, number]
			return [
				name,
				Array.from({ length: rows }, (_, row) => [...data.slice(row * width, (row + 1) * width)] as number[]),
			]
		}),
	) as Rows
}

/** factor times the sum of the rows' outer products. */
function outerProducts(rows: readonly number[][], factor: number): number[] {
	const width = rows[0]?.length ?? 0
	const sum = new Array<number>(width * width).fill(0)
	for (const row of rows) {
		for (let i = 0; i < width; i++) for (let j = 0; j < width; j++) sum[i * width + j]! += row[i]! * row[j]! * factor
	}
	return sum
}

const softmax = (z: number[]) => z.map((value) => Math.exp(value) / z.reduce((sum, other) => sum + Math.exp(other), 0))

/** dLoss/dlogits as the definitions say. */
const cotangents: Record<Exclude<Loss, "sampled">, (z: number[], index: number) => number[]> = {
	task: (z, index) => {
		const { target } = tinySamples[index]!
		if (z.length === 1) return [2 * (z[0]! - (target as number))]
		return softmax(z).map((p, c) => p - (c === target ? 1 : 0))
	},
	logits: (z, index) => z.map((_, c) => (index & c).toString(2).replaceAll("0", "").length).map((ones) => (-1) ** ones),
}

describe("G and S are sums of outer products over samples and tokens, without padding, [CLS] alone in the last layer", () => {
	const models: [string, TinyOptions][] = [
		["equal widths", {}],
		["ragged widths", { heads: [1, 2], neurons: [5, 3] }],
		["a layer without heads and one without neurons", { heads: [0, 2], neurons: [6, 0] }],
		["a last layer without heads and a first one without neurons", { heads: [2, 0], neurons: [0, 6] }],
		["four logits", { logits: 4 }],
		["a regression", { logits: 1 }],
	]
	for (const loss of ["task", "logits"] as const) {
		test.each(models)(`%s, loss ${loss}`, async (_, model) => {
			const ours = await statisticsOf(model, { loss })
			const samples = await Promise.all(
				tinySamples.map((sample, index) => rowsOf(model, sample, (z) => cotangents[loss](z, index))),
			)
			const sublayers = sublayersOf((await readModel(tinyModel(model))).architecture)
			expect(ours.map(({ sublayer }) => sublayer)).toEqual([...sublayers.keys()])
			for (const [l, { gram, sensitivity }] of ours.entries()) {
				const { units, channels, reads } = sublayers[l]!
				const inputs = samples.flatMap((rows) => rows[`a${l}`] ?? [])
				const slopes = samples.flatMap((rows) => rows[`delta${l}`]!)
				if (units > 0) expect(inputs).toHaveLength(reads === "first" ? 4 : 16)
				expect(gram.shape).toEqual([units * channels, units * channels])
				expect(gram.data).toBeAllclose(outerProducts(inputs, 1 / inputs.length), f64)
				// atol: slopes that cancel to nothing keep the rounding of their terms
				expect(sensitivity.data).toBeAllclose(outerProducts(slopes, 1 / tinySamples.length), {
					rtol: 1e-9,
					atol: 1e-14,
				})
			}
		})
	}
})

test("weights are the output projections, rows in the order of units", async () => {
	const [, ffn] = await statisticsOf({}, { loss: "logits" })
	const stored = (await tinyModel().read("bert.encoder.layer.0.output.dense.weight")) as Float32Array
	expect(ffn!.weights.shape).toEqual([6, 8])
	for (let unit = 0; unit < 6; unit++) {
		for (let j = 0; j < 8; j++) expect(ffn!.weights.data[unit * 8 + j]).toBe(stored[j * 6 + unit])
	}
})

test("ONNX Runtime agrees with the float64 interpreter, and matrices are symmetric to the bit", async () => {
	const [ours, theirs] = [
		await statisticsOf({ heads: [2, 1] }, { loss: "sampled", seed: 3 }, { on: runtime }),
		await statisticsOf({ heads: [2, 1] }, { loss: "sampled", seed: 3 }),
	]
	for (const [l, { gram, sensitivity }] of ours.entries()) {
		expect(gram.data).toBeAllclose(theirs[l]!.gram.data, { rtol: 1e-4, atol: 1e-6 })
		expect(sensitivity.data).toBeAllclose(theirs[l]!.sensitivity.data, { rtol: 1e-4, atol: 1e-6 })
		for (const { shape, data } of [gram, sensitivity]) {
			const [n] = shape
			expect(data.every((value, i) => value === data[(i % n) * n + Math.floor(i / n)])).toBe(true)
		}
	}
})

describe("memory", () => {
	// 16 bytes a number: 8^2 + 8^2 numbers at an attention, 6^2 + 8^2 at an FFN.
	const miB = (numbers: number) => (16 * numbers) / 2 ** 20

	test("in groups of sublayers the numbers are the same, and the backward passes are as many as groups", async () => {
		const atOnce = await statisticsOf({}, { loss: "task" })
		const passes = async (memoryMiB: number) => {
			const totals = new Set<number>()
			const all = await statisticsOf({}, { loss: "task", memoryMiB, onProgress: ({ total }) => totals.add(total) })
			expect(all).toEqual(atOnce)
			return [...totals].map((total) => total / 16)
		}
		expect(await passes(miB(2 * 228))).toEqual([1])
		expect(await passes(miB(228))).toEqual([2])
		expect(await passes(miB(128))).toEqual([4])
	})

	test("less than what one sublayer takes is refused", async () => {
		await expect(statisticsOf({}, { loss: "task", memoryMiB: 0.001 })).rejects.toThrow(
			"statistics: memoryMiB must be at least 1, what sublayer 0 takes (was 0.001)",
		)
	})
})

test("no samples are refused, and so is a missing target where the loss needs one", async () => {
	await expect(statisticsOf({}, { loss: "logits" }, { samples: [] })).rejects.toThrow("at least one (was none)")
	const unlabelled = tinySamples.map(({ ids }) => ({ ids }))
	await expect(statisticsOf({}, { loss: "task" }, { samples: unlabelled })).rejects.toThrow("(was undefined)")
	for (const loss of ["logits", "sampled"] as const) {
		expect(await statisticsOf({}, { loss }, { samples: unlabelled })).toHaveLength(4)
	}
})

test("an abort rejects with the signal's reason", async () => {
	const signal = AbortSignal.abort(new Error("enough"))
	await expect(statisticsOf({}, { loss: "logits", signal })).rejects.toThrow("enough")
})
