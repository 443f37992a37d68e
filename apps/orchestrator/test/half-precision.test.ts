import { cp } from "node:fs/promises"
import { type Dtype, openModelFolder, type StoredTensor, writeModelFiles } from "@winnow/checkpoint"
import { type Architecture, loadEncoder, randomSamples } from "@winnow/encoder"
import { interpreter } from "@winnow/runtime"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { evaluate, exportModel, prune } from "../src/index.ts"
import { settledWeights } from "../src/measure/settled-weights.ts"
import { StageLog } from "../src/measure/stage-log.ts"
import type { PruneJob } from "../src/prepare/prune-job.ts"
import { runCommand } from "./run-command.ts"
import { type TinyWorkplace, tinyRecipe, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
beforeAll(async () => {
	place = await tinyWorkplace()
	await rewrite("half", "F16")
	await rewrite("brain", "BF16")
	await rewrite("large", "F32", (name, data) =>
		name === "classifier.bias" ? data.map((value) => value + 70_000) : data,
	)
})
afterAll(() => place.remove())

type Change = (name: string, data: Float32Array) => Float32Array

/** The tiny model in a dtype, in a folder beside it. */
async function rewrite(name: string, dtype: StoredTensor["dtype"], change: Change = (_, data) => data): Promise<void> {
	const model = await openModelFolder(place.model)
	const tensors: StoredTensor[] = []
	for (const [name, { shape }] of model.tensors) {
		tensors.push({ name, dtype, shape, data: change(name, await model.read(name)) })
	}
	const config = model.config.raw
	await model.close()
	await cp(place.model, place.path(name), { recursive: true })
	await writeModelFiles(place.path(name), { config, tensors })
}

async function fileOf(folder: string): Promise<{ dtypes: Dtype[]; config: string | undefined }> {
	const model = await openModelFolder(folder)
	await model.close()
	const dtypes = new Set(Array.from(model.tensors.values(), ({ dtype }) => dtype))
	return { dtypes: [...dtypes].sort(), config: model.config.dtype }
}

async function pruned(model: string, out: string, change: object = {}) {
	const notes: string[] = []
	const recipe = tinyRecipe(place, { model: place.path(model), out: place.path(out), timing: false, ...change })
	const result = await prune(recipe, { onNote: (note) => notes.push(note) })
	return { result, notes, file: await fileOf(place.path(out)) }
}

test.each([
	["half", "F16", "float16"],
	["brain", "BF16", "bfloat16"],
] as const)(
	"a source in %s gets a result in it, scored and compared as it lies in the file",
	async (model, dtype, name) => {
		const out = `${model}-auto`
		const { result, notes, file } = await pruned(model, out)
		expect(file).toEqual({ dtypes: [dtype], config: name })
		const { rounding, ...weights } = result.weights!
		expect(weights).toEqual({ dtype: name })
		expect(rounding).toEqual({
			dtype: name,
			before: expect.any(Number),
			after: result.guide.measured,
			floor: expect.any(Number),
		})
		expect(rounding!.after).not.toBe(rounding!.before)
		expect(rounding!.after! / rounding!.before!).toBeLessThan(1.02)
		expect(notes.filter((note) => note.includes("round"))).toEqual([])
		const { metrics } = await evaluate({ model: place.path(out), task: "sst2", data: place.data })
		expect(metrics).toEqual(result.metrics.pruned)
		expect(result.files["model.safetensors"]).toBeLessThan(result.model.bytes)
	},
)

test("plans do not depend on the dtype of the file", async () => {
	const results = []
	for (const dtype of ["auto", "float32", "float16"] as const) {
		results.push((await pruned("half", `plan-${dtype}`, { dtype })).result)
	}
	expect(results.map(({ weights }) => weights!.dtype)).toEqual(["float16", "float32", "float16"])
	for (const { kept } of results) expect(kept).toEqual(results[0]!.kept)
	expect(await fileOf(place.path("plan-float32"))).toEqual({ dtypes: ["F32"], config: "float32" })
})

test("a float32 source gets a float32 result, and half precision where that is asked for, at what it costs", async () => {
	const whole = await pruned("model", "whole")
	expect(whole.file).toEqual({ dtypes: ["F32"], config: "float32" })
	expect(whole.result.weights).toEqual({ dtype: "float32" })
	const asked = await pruned("model", "asked", { dtype: "bfloat16" })
	expect(asked.file).toEqual({ dtypes: ["BF16"], config: "bfloat16" })
	expect(asked.result.weights!.rounding).toMatchObject({ before: whole.result.guide.measured })
})

describe("repaired weights of a half-precision source", () => {
	const samples = randomSamples({ vocabulary: 30, positions: 16, segments: 2 } as Architecture, { count: 20, seed: 1 })

	/** A model whose weights are not of the dtype that its files are said to be in, as after repair, and how its weights are settled. */
	async function settled(dtype: "F16" | "BF16", asked: "auto" | "float16" | "bfloat16", noise: number) {
		const folder = await openModelFolder(place.model)
		const tensors = new Map([...folder.tensors].map(([name, { shape }]) => [name, { dtype, shape }]))
		const exact = await loadEncoder({ ...folder, tensors }, { runtime: interpreter() })
		const guide = (await exact.logits(samples)).map((row) => row.map((z) => z + noise))
		const job = { recipe: { dtype: asked }, guide: { samples }, subject: { encoder: exact } } as unknown as PruneJob
		const notes: string[] = []
		const onNote = (note: string) => notes.push(note)
		const outcome = await settledWeights(exact, { job, stages: new StageLog({}), guide, onNote })
		await folder.close()
		return { exact, notes, ...outcome }
	}

	test("stay float32 where rounding moves the logits by more than 2 % more: note and record say so", async () => {
		const { exact, slim, notes, weights, divergence } = await settled("BF16", "auto", 1e-3)
		expect(slim).toBe(exact)
		const { before, after, ...rest } = weights.rounding!
		expect(before).toBeCloseTo(1e-3, 6)
		expect(after).toBeGreaterThan(1.02 * before!)
		expect(divergence!.rms).toBe(before)
		const refused = `the logits would differ by ${after!.toFixed(3)}, not 0.001`
		expect(rest).toEqual({ dtype: "bfloat16", floor: divergence!.floor, refused })
		expect(after).toBeGreaterThan(divergence!.floor)
		expect(weights.dtype).toBe("float32")
		expect(notes).toEqual([`the weights stay float32 and are not rounded to bfloat16: ${refused}`])
		await slim.close()
	})

	test.each([0, 1e-6])("are rounded where that is next to nothing, of a difference of %f before", async (noise) => {
		const { slim, notes, weights, divergence } = await settled("F16", "auto", noise)
		const { before, after, floor } = weights.rounding!
		expect(after).toBeGreaterThan(10 * before!)
		expect(after).toBeLessThan(floor!)
		expect(weights).toEqual({ dtype: "float16", rounding: { dtype: "float16", before, after, floor } })
		expect(divergence!.rms).toBe(after)
		const dense = (await slim.logits(samples)).flatMap((row) => [...row])
		const size = Math.sqrt(dense.reduce((sum, z) => sum + z * z, 0) / dense.length)
		expect(floor! / size).toBeCloseTo(1e-3, 5)
		expect(notes).toEqual([])
		await slim.close()
	})

	test("are rounded where that costs less, and where somebody asked for it", async () => {
		for (const [asked, noise] of [
			["auto", 0.1],
			["float16", 1e-5],
		] as const) {
			const { exact, slim, notes, weights, divergence } = await settled("F16", asked, noise)
			expect(weights).toEqual({
				dtype: "float16",
				rounding: { dtype: "float16", before: expect.any(Number), after: divergence!.rms, floor: divergence!.floor },
			})
			expect(notes).toEqual([])
			await expect(exact.logits(samples)).rejects.toThrow("encoder: the encoder must be open (was closed)")
			await slim.close()
		}
	})
})

test("a weight beyond the range of the dtype asked for keeps the file in float32, and is named", async () => {
	const { result, notes, file } = await pruned("large", "beyond", { dtype: "float16" })
	expect(file).toEqual({ dtypes: ["F32"], config: "float32" })
	expect(result.weights!.rounding).toMatchObject({ dtype: "float16", after: null })
	expect(notes).toEqual([
		expect.stringMatching(/not rounded to float16: classifier\.bias has a weight of 70000[.\d]*, which is beyond it$/),
	])
})

test("--dtype and the field of export write a model in another dtype, and refuse what that cannot hold", async () => {
	const request = { model: place.model, formats: [], dtype: "float16" as const, out: place.path("exported") }
	const record = await exportModel(request)
	expect(record.weights).toEqual({ dtype: "float16" })
	expect(await fileOf(request.out)).toEqual({ dtypes: ["F16"], config: "float16" })
	await expect(exportModel({ ...request, model: place.path("large") })).rejects.toThrow(
		/large: classifier\.bias in float16 must be within its range \(was 70000[.\d]*\)$/,
	)
	const flags = ["--formats", "none", "--dtype", "half", "--out", place.path("none")]
	const { code, stderr } = await runCommand(["export", place.model, ...flags])
	expect(stderr).toBe('export: --dtype must be "auto", "bfloat16", "float16" or "float32" (was "half")\n')
	expect(code).toBe(2)
})
