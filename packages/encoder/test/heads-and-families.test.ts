import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type ModelFolder, openModelFolder } from "@winnow/checkpoint"
import { interpreter, onnxRuntime, type Runtime, trace, type Value } from "@winnow/runtime"
import { everyUnit, type Kept, type Sample } from "@winnow/tensor"
import { f32, toBeAllclose } from "@winnow/testing"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { sublayersOf } from "../src/architecture.ts"
import { batchesOf } from "../src/batches.ts"
import { tokenInputs } from "../src/graphs.ts"
import { loadEncoder, type TransformerEncoder } from "../src/index.ts"
import { encode, encoderProgram } from "../src/program.ts"
import { readModel } from "../src/read-model.ts"
import { tinyModel, tinySamples } from "./tiny-model.ts"

expect.extend({ toBeAllclose })

let runtime: Runtime
let folder: string
beforeAll(async () => {
	runtime = await onnxRuntime({ threads: 1 })
	folder = await mkdtemp(join(tmpdir(), "winnow-families-"))
})
afterAll(async () => {
	await runtime.close()
	await rm(folder, { recursive: true })
})

const kinds = (["bert", "distilbert", "roberta"] as const).flatMap((family) =>
	(["classification", "span"] as const).map((head) => [`${family}, ${head}`, { family, head }] as const),
)
const spans: readonly Sample[] = tinySamples.map(({ target: _, ...sample }, index) => {
	const end = Math.min(sample.ids.length - 1, 2)
	return { ...sample, target: [index % 2, end] as const }
})
const samplesFor = (head: "classification" | "span") => (head === "span" ? spans : tinySamples)
const flat = async (encoder: TransformerEncoder) => (await encoder.logits(tinySamples)).flatMap((row) => [...row])
const units = (...lists: number[][]): Kept => lists.map((list) => Uint32Array.from(list))

describe.each(kinds)("%s", (_, kind) => {
	test("a sample's logits do not depend on its batch", async () => {
		const encoder = await loadEncoder(tinyModel(kind), { runtime })
		const together = await encoder.logits(tinySamples)
		for (const [index, sample] of tinySamples.entries()) {
			const [alone] = await encoder.logits([sample])
			expect(alone).toHaveLength(kind.head === "span" ? 2 * sample.ids.length : 2)
			expect([...alone!]).toBeAllclose([...together[index]!], f32)
		}
		await encoder.close()
	})

	test("goes through slimming, repair, a file and back", async () => {
		const encoder = await loadEncoder(tinyModel(kind), { runtime })
		const slim = await encoder.rebuild(units([1], [0, 2], [], [1, 3, 4]), tinySamples, { fit: async () => undefined })
		await slim.save(folder)
		const opened = await openModelFolder(folder)
		const read = await loadEncoder(opened, { runtime })
		expect(read.architecture).toEqual(slim.architecture)
		expect(read.parameters).toBe(slim.parameters)
		expect(await flat(read)).toEqual(await flat(slim))
		await opened.close()
	})

	test("the teacher's stream is what the whole model computes: a repair that keeps everything finds nothing to mend", async () => {
		const encoder = await loadEncoder(tinyModel(kind), { runtime: interpreter() })
		await encoder.rebuild(everyUnit(encoder.sublayers), samplesFor(kind.head), {
			fit: async ({ weights, bias, fit }) => {
				const { shape, data } = weights
				const [inputs, outputs] = shape
				// Sum of y is (sum of x) W + rows b where the student is the teacher.
				const y = Array.from({ length: outputs }, (_, out) => {
					let sum = fit.rows * bias[out]!
					for (let i = 0; i < inputs; i++) sum += fit.x[i]! * data[i * outputs + out]!
					return sum
				})
				expect([...fit.y]).toBeAllclose(y, { rtol: 1e-4, atol: 1e-4 })
				return undefined
			},
		})
	})

	test("statistics count the rows that are read", async () => {
		const encoder = await loadEncoder(tinyModel(kind), { runtime })
		const reads = kind.head === "span" ? ["tokens", "tokens"] : ["first", "first"]
		expect(encoder.sublayers.slice(2).map((sublayer) => sublayer.reads)).toEqual(reads)
		for await (const { gram, sensitivity } of encoder.statistics(samplesFor(kind.head), { loss: "task" })) {
			expect([...gram.data, ...sensitivity.data].every(Number.isFinite)).toBe(true)
		}
	})
})

describe("a span's losses", () => {
	const model = () => tinyModel({ head: "span" })

	/** Gradients of one sample, all sublayers in a row. */
	async function gradientsOf(encoder: TransformerEncoder, sample: Sample, seed?: number): Promise<number[]> {
		const loss = seed === undefined ? "task" : "sampled"
		const gradients = await encoder.maskGradients([sample], { loss, ...(seed === undefined ? {} : { seed }) })
		return gradients.flatMap(({ data }) => [...data])
	}

	test("task: gradients agree with central differences in float64 of the mean of two cross-entropies", async () => {
		const encoder = await loadEncoder(model(), { runtime: interpreter() })
		const gradients = await encoder.maskGradients(spans, { loss: "task" })
		const step = 1e-4
		for (const [sublayer, { units }] of encoder.sublayers.entries()) {
			for (let unit = 0; unit < units; unit++) {
				const [up, down] = await Promise.all(
					[step, -step].map((change) => lossesAt(model(), { sublayer, unit, value: 1 + change })),
				)
				const slopes = up!.map((loss, sample) => (loss - down![sample]!) / (2 * step))
				const ours = spans.map((_, sample) => gradients[sublayer]!.data[sample * units + unit]!)
				expect(ours).toBeAllclose(slopes, { rtol: 1e-4, atol: 1e-6 })
			}
		}
	})

	test("sampled: the gradient is that of a start and an end, drawn as often as the model finds them likely", {
		timeout: 600_000,
	}, async () => {
		const encoder = await loadEncoder(model(), { runtime })
		const ids = Uint32Array.of(1, 3, 2)
		const [logits] = await encoder.logits([{ ids }])
		const likely = [logits!.subarray(0, 3), logits!.subarray(3)].map(softmax)
		const targets = [0, 1, 2].flatMap((start) => [0, 1, 2].map((end) => [start, end] as const))
		const known = await Promise.all(targets.map((target) => gradientsOf(encoder, { ids, target })))
		const counts = targets.map(() => 0)
		const draws = 300
		for (let seed = 0; seed < draws; seed++) {
			const drawn = await gradientsOf(encoder, { ids }, seed)
			const distances = known.map((gradient) => Math.max(...gradient.map((slope, i) => Math.abs(slope - drawn[i]!))))
			const nearest = distances.indexOf(Math.min(...distances))
			expect(distances[nearest]).toBeLessThan(1e-6)
			counts[nearest]!++
		}
		for (const [index, [start, end]] of targets.entries()) {
			const expected = likely[0]![start]! * likely[1]![end]!
			// Four standard deviations of a share of 300.
			expect(Math.abs(counts[index]! / draws - expected)).toBeLessThan(
				4 * Math.sqrt((expected * (1 - expected)) / draws),
			)
		}
		await encoder.close()
	})

	test("do not see padding", async () => {
		const encoder = await loadEncoder(model(), { runtime })
		for (const loss of ["task", "logits", "sampled"] as const) {
			const together = await encoder.maskGradients(spans, { loss })
			const long = { ids: Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), target: [0, 0] as const }
			const padded = await encoder.maskGradients([...spans, long], { loss })
			for (const [sublayer, { data }] of together.entries()) {
				expect([...padded[sublayer]!.data.subarray(0, data.length)]).toBeAllclose([...data], f32)
			}
		}
		await encoder.close()
	})

	test("a target that is no pair of tokens is refused", async () => {
		const encoder = await loadEncoder(model(), { runtime })
		for (const target of [undefined, 1, [0, 3], [-1, 0], [0.5, 1]]) {
			const sample = { ids: Uint32Array.of(1, 3, 2), target } as Sample
			await expect(encoder.maskGradients([sample], { loss: "task" })).rejects.toThrow(
				"sample 0: the target of the task loss must be the answer's first and last token, below 3",
			)
		}
		await encoder.close()
	})

	/** Losses of the samples with one mask changed. */
	async function lossesAt(from: ModelFolder, at: { sublayer: number; unit: number; value: number }): Promise<number[]> {
		const { architecture, weights } = await readModel(from)
		const sublayers = sublayersOf(architecture)
		const graph = trace(tokenInputs, (ops, inputs) => {
			const tap = (sublayer: number, units: Value) => {
				if (sublayer !== at.sublayer) return units
				const data = Float64Array.from({ length: sublayers[sublayer]!.units }, (_, unit) =>
					unit === at.unit ? at.value : 1,
				)
				return ops.mul(
					units,
					ops.constant({ shape: units.shape.length === 4 ? [data.length, 1, 1] : [data.length], data }),
				)
			}
			return { logits: encode(ops, { program: encoderProgram(ops, architecture, weights), sublayers, tap }, inputs) }
		})
		const program = await interpreter().compile(graph)
		const losses: number[] = []
		for (const [index, sample] of spans.entries()) {
			const [{ feeds }] = batchesOf([sample]) as [ReturnType<typeof batchesOf>[number]]
			const { data } = (await program.run(feeds)).logits!
			const length = sample.ids.length
			const target = sample.target as readonly [number, number]
			const entropies = target.map((token, side) => {
				const half = Array.from(data.slice(side * length, (side + 1) * length) as Float64Array)
				return -Math.log(softmax(half)[token]!)
			})
			losses[index] = (entropies[0]! + entropies[1]!) / 2
		}
		return losses
	}
})

describe("what families differ in", () => {
	test("RoBERTa counts positions from the row behind its padding token's", async () => {
		const model = tinyModel({ family: "roberta" })
		const changed = { ...model, read: async (name: string) => spoilt(name, await model.read(name)) }
		const spoilt = (name: string, data: Float32Array) =>
			name.includes("position_embeddings") ? data.map((value, i) => (i < 2 * 8 ? value + 1 : value)) : data
		const [own, other] = await Promise.all([model, changed].map((each) => loadEncoder(each, { runtime })))
		expect(own!.architecture.positions).toBe(9)
		expect(await flat(other!)).toEqual(await flat(own!))
	})

	test("DistilBERT reads no token types", async () => {
		const encoder = await loadEncoder(tinyModel({ family: "distilbert" }), { runtime })
		const ids = Uint32Array.of(1, 3, 2)
		const [without, typed] = await encoder.logits([{ ids }, { ids, segments: Uint8Array.of(0, 1, 1) }])
		expect([...typed!]).toEqual([...without!])
		expect(encoder.architecture).toMatchObject({ segments: 0, poolerActivation: "relu" })
	})

	test("a pooler that a span's checkpoint holds is left unread, and left out", async () => {
		const model = tinyModel({ head: "span" })
		const pooler = model.tensors.get("bert.encoder.layer.0.attention.output.dense.weight")!
		const tensors = new Map([...model.tensors, ["bert.pooler.dense.weight", pooler]])
		const encoder = await loadEncoder({ ...model, tensors }, { runtime })
		expect(encoder.labels).toBeUndefined()
		expect(encoder.unread).toEqual(["bert.pooler.dense.weight"])
		await encoder.save(folder)
		const saved = await openModelFolder(folder)
		expect(saved.tensors.has("bert.pooler.dense.weight")).toBe(false)
		await saved.close()
	})

	test.each([
		[
			"bert",
			{ architectures: ["BertForMaskedLM"] },
			"[BertForSequenceClassification] or [BertForQuestionAnswering] (was [BertForMaskedLM])",
		],
		["distilbert", { activation: "relu" }, "activation must be gelu or gelu_python (was relu)"],
		["distilbert", { dim: 7 }, "dim must be a multiple of 2 heads (was 7)"],
		[
			"roberta",
			{ position_embedding_type: "relative_key" },
			"position_embedding_type must be absolute (was relative_key)",
		],
	] as const)("%s with %j is refused", async (family, config, message) => {
		await expect(loadEncoder(tinyModel({ family, config }), { runtime })).rejects.toThrow(message)
	})
})

function softmax(logits: ArrayLike<number>): number[] {
	const values = Array.from(logits)
	const most = Math.max(...values)
	const exponentials = values.map((z) => Math.exp(z - most))
	const sum = exponentials.reduce((a, b) => a + b)
	return exponentials.map((value) => value / sum)
}
