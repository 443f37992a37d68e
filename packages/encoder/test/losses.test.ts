import { gradient, interpreter, onnxRuntime, type Runtime, trace } from "@winnow/runtime"
import type { Sample } from "@winnow/tensor"
import { f32, toBeAllclose } from "@winnow/testing"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { loadEncoder } from "../src/index.ts"
import { lossReferences } from "../src/loss-references.ts"
import { lossValue } from "../src/loss-value.ts"
import { normalFrom, uniformFrom } from "../src/random.ts"
import { tinyModel, tinySamples } from "./tiny-model.ts"

expect.extend({ toBeAllclose })

let runtime: Runtime
beforeAll(async () => {
	runtime = await onnxRuntime({ threads: 1 })
})
afterAll(() => runtime.close())

const unlabelled: readonly Sample[] = tinySamples.map(({ target: _, ...sample }) => sample)

function softmax(z: ArrayLike<number>): number[] {
	const powers = Array.from(z, Math.exp)
	return powers.map((power) => power / powers.reduce((sum, other) => sum + other, 0))
}

/** dLoss/dlogits of the `sampled` loss, one row a sample. */
async function slopesOf(on: Runtime, logits: number[][], uniform: number[]): Promise<number[][]> {
	const [rows, classes] = [logits.length, logits[0]!.length]
	const shapes = {
		logits: { shape: ["batch", classes] },
		reference: { shape: ["batch", 1] },
		mask: { shape: ["batch", 1] },
	} as const
	const program = await on.compile(
		trace(shapes, (ops, inputs) => ({ slope: gradient(lossValue(ops, "sampled", inputs), [inputs.logits])[0]! })),
	)
	const { slope } = await program.run({
		logits: { shape: [rows, classes], data: Float32Array.from(logits.flat()) },
		reference: { shape: [rows, 1], data: Float32Array.from(uniform) },
		mask: { shape: [rows, 1], data: new Float32Array(rows).fill(1) },
	})
	return logits.map((_, row) => Array.from(slope!.data.slice(row * classes, (row + 1) * classes) as Float32Array))
}

test("the signs of two logits are orthogonal over every whole block of samples, and logit 0 has ones", () => {
	const samples = Array<Sample>(8).fill({ ids: Uint32Array.of(1) })
	const signs = lossReferences(samples, { loss: "logits", head: "classification", logits: 4 })
	expect(signs.slice(0, 4).map((row) => [...row])).toEqual([
		[1, 1, 1, 1],
		[1, -1, 1, -1],
		[1, 1, -1, -1],
		[1, -1, -1, 1],
	])
	expect(signs.slice(4)).toEqual(signs.slice(0, 4))
})

describe("a sampled class", () => {
	const drawn = (slope: number[], z: number[]) => softmax(z).map((p, c) => p - slope[c]!)

	test.each([
		["ONNX Runtime", () => runtime],
		["the interpreter", () => interpreter()],
	])("has the slope softmax - one-hot at ties, at the ends and between on %s", async (_, on) => {
		const cases: [logits: number[], uniform: number, expected: number][] = [
			[[0, 0], 0.25, 0],
			[[0, 0], 0.75, 1],
			[[0, 0], 0, 0],
			[[0, 0], 0.5, 1],
			[[0, 0], 1 - 2 ** -24, 1],
			[[-100, 100], 0, 1],
			[[100, -100], 1 - 2 ** -24, 0],
			[[0, 1], 0.5 - 2 ** -24, 1],
		]
		const slopes = await slopesOf(
			on(),
			cases.map(([logits]) => logits),
			cases.map(([, uniform]) => uniform),
		)
		for (const [i, [logits, , expected]] of cases.entries()) {
			const oneHot = [0, 0].with(expected, 1)
			expect(drawn(slopes[i]!, logits), `case ${i}`).toBeAllclose(oneHot, { rtol: 0, atol: 1e-6 })
		}
	})

	test("is drawn as often as softmax says, one class for each sample", async () => {
		const z = [0.3, -1.2, 1.1, 0]
		const draw = uniformFrom(5)
		const uniform = Array.from({ length: 20_000 }, draw)
		const counts = [0, 0, 0, 0]
		for (const slope of await slopesOf(
			runtime,
			uniform.map(() => z),
			uniform,
		)) {
			const oneHot = drawn(slope, z).map((value) => Math.round(value))
			expect(oneHot.reduce((sum, value) => sum + value)).toBe(1)
			counts[oneHot.indexOf(1)]!++
		}
		const shares = counts.map((count) => count / uniform.length)
		// atol: four standard deviations of a share near one half
		expect(shares).toBeAllclose(softmax(z), { rtol: 0, atol: 4 * Math.sqrt(0.25 / uniform.length) })
	})
})

test("normal numbers have mean 0, variance 1 and a fourth moment of 3", () => {
	const draw = normalFrom(2)
	const numbers = Array.from({ length: 100_000 }, draw)
	const moment = (power: number) => numbers.reduce((sum, x) => sum + x ** power, 0) / numbers.length
	// atol: four standard deviations of each mean
	expect([moment(1)]).toBeAllclose([0], { rtol: 0, atol: 0.013 })
	expect([moment(2)]).toBeAllclose([1], { rtol: 0, atol: 0.018 })
	expect([moment(4)]).toBeAllclose([3], { rtol: 0, atol: 0.125 })
})

describe("mask gradients of `sampled` are those of `task` with what was drawn as targets", () => {
	test("a class that its number selects from softmax", async () => {
		const encoder = await loadEncoder(tinyModel({ logits: 3 }), { runtime })
		const draw = uniformFrom(7)
		const labelled = (await encoder.logits(unlabelled)).map((z, i): Sample => {
			const p = softmax(z)
			const u = draw()
			return { ...unlabelled[i]!, target: p.findIndex((_, c) => u < p.slice(0, c + 1).reduce((sum, q) => sum + q)) }
		})
		expect(new Set(labelled.map(({ target }) => target)).size).toBeGreaterThan(1)
		const ours = await encoder.maskGradients(unlabelled, { loss: "sampled", seed: 7 })
		const theirs = await encoder.maskGradients(labelled, { loss: "task" })
		for (const [l, { data }] of ours.entries()) expect(data).toBeAllclose(theirs[l]!.data, f32)
	})

	test("a regression's value with normal noise", async () => {
		const encoder = await loadEncoder(tinyModel({ logits: 1 }), { runtime: interpreter() })
		const noise = normalFrom(0)
		const labelled = (await encoder.logits(unlabelled)).map((z, i) => ({ ...unlabelled[i]!, target: z[0]! + noise() }))
		const ours = await encoder.maskGradients(unlabelled, { loss: "sampled" })
		const theirs = await encoder.maskGradients(labelled, { loss: "task" })
		// rtol: logits and targets are handed out in float32
		for (const [l, { data }] of ours.entries()) expect(data).toBeAllclose(theirs[l]!.data, { rtol: 1e-5, atol: 1e-6 })
	})

	test("another seed draws otherwise, the same one the same", async () => {
		const encoder = await loadEncoder(tinyModel({ logits: 1 }), { runtime })
		const gradients = (seed: number) => encoder.maskGradients(unlabelled, { loss: "sampled", seed })
		expect(await gradients(1)).toEqual(await gradients(1))
		expect(await gradients(1)).not.toEqual(await gradients(2))
	})
})

test("the gradients of `logits` are those of the logits, added with the signs of the sample's position", async () => {
	const { ids } = tinySamples[0]!
	const encoder = await loadEncoder(tinyModel(), { runtime })
	const gradients = await encoder.maskGradients([{ ids }, { ids }], { loss: "logits" })
	/** The logits with the first head's rows of the output projection scaled: what its mask does. */
	const logitsAt = async (mask: number) => {
		const folder = tinyModel()
		const projection = "bert.encoder.layer.0.attention.output.dense.weight"
		const read = async (name: string) => {
			const data = (await folder.read(name)) as Float32Array
			return name === projection ? data.map((w, i) => (i % 8 < 4 ? w * mask : w)) : data
		}
		const masked = await loadEncoder({ ...folder, read }, { runtime: interpreter() })
		return (await masked.logits([{ ids }]))[0]!
	}
	const step = 1e-2
	const [above, below] = [await logitsAt(1 + step), await logitsAt(1 - step)]
	const [first, second] = above.map((z, c) => (z - below[c]!) / (2 * step))
	const { data, shape } = gradients[0]!
	// rtol: central differences of float32 logits
	expect([data[0]!, data[shape[1]]!]).toBeAllclose([first! + second!, first! - second!], { rtol: 1e-3, atol: 1e-4 })
})
