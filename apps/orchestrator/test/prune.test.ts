import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type TinyTask, writeTinyModel } from "@winnow/fixtures"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { evaluate, inspect, type PruneResult, prune, type Recipe } from "../src/index.ts"
import { pruneResultSchema } from "../src/result/prune-result.ts"
import { type TinyWorkplace, tinyRecipe, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
beforeEach(async () => (place = await tinyWorkplace()))
afterEach(() => place.remove())

const recipe = (change: Partial<Recipe> = {}) => tinyRecipe(place, change)

/** By the paper's method instead. */
const kwon2022 = (change: Partial<Recipe> = {}): Recipe => recipe({ preset: "kwon2022", ...change })

const stageNames = ({ stages }: PruneResult) => stages.map(({ name }) => name)

/** What must not differ between two runs of the same choices. */
async function essence(folder: string) {
	const [weights, config, winnow] = await Promise.all(
		["model.safetensors", "config.json", "winnow.json"].map((name) => readFile(join(folder, name))),
	)
	const { kept, scales, score, metrics } = JSON.parse(String(winnow))
	return { weights: weights!.toString("base64"), config: String(config), kept, scales, score, metrics }
}

test("writes a folder with the slim model, its tokenizer, the curves and the record", async () => {
	const result = await prune(recipe({ formats: ["fp32", "fp16", "int8"] }))
	const onnx = ["onnx/model.onnx", "onnx/model_fp16.onnx", "onnx/model_quantized.onnx"]
	const model = ["README.md", "config.json", "curves.json", "model.safetensors", "modeling_winnow.py"]
	const names = [...model, ...onnx, "tokenizer.json", "tokenizer_config.json", "vocab.txt"]
	expect(Object.keys(result.files)).toEqual(names)
	expect((await place.listing()).filter((path) => path.startsWith("out/"))).toEqual(
		[...names, "SHA256SUMS", "onnx", "winnow.json"].map((name) => `out/${name}`).sort(),
	)
	expect(JSON.parse(await readFile(place.path("out", "winnow.json"), "utf8"))).toEqual(result)
})

test("records what its schema says, and no path of this machine", async () => {
	const result = await prune(recipe())
	expect(pruneResultSchema(result)).toEqual(result)
	expect(await readFile(place.path("out", "winnow.json"), "utf8")).not.toContain(place.root)
	expect(result.model.source).toBe("model")
	expect(result.recipe).not.toHaveProperty("out")
})

test("stays within the budget, unit by unit", async () => {
	const { macs, kept, architecture, model } = await prune(recipe())
	expect(macs.share).toBeLessThanOrEqual(0.5)
	expect(macs.share).toBeGreaterThan(0.49)
	expect(model.heads).toEqual([4, 4])
	const lengths = (offset: number) => kept.filter((_, index) => index % 2 === offset).map((units) => units.length)
	expect(lengths(0)).toEqual(architecture.heads)
	expect(lengths(1)).toEqual(architecture.neurons)
	for (const units of kept) expect(units).toEqual([...new Set(units)].sort((a, b) => a - b))
})

test("keeps every unit of the whole budget", async () => {
	const { macs, architecture } = await prune(recipe({ macs: 1 }))
	expect(macs.share).toBe(1)
	expect(architecture).toEqual({ heads: [4, 4], neurons: [64, 64] })
})

test.each<TinyTask>(["sst2", "stsb"])("leaves a model of %s that scores what was reported", async (task) => {
	const own = await tinyWorkplace(task)
	try {
		const { score, metrics, macs } = await prune(
			recipe({ model: own.model, data: own.data, task, out: own.path("out") }),
		)
		const of = async (model: string) => evaluate({ model, task, data: own.data })
		expect(await of(own.model)).toMatchObject({ score: score.dense, metrics: metrics.dense })
		expect(await of(own.path("out"))).toMatchObject({ score: score.pruned, metrics: metrics.pruned })
		const inspected = await inspect({ model: own.path("out"), length: macs.length })
		expect(inspected.macs.total).toBe(macs.pruned)
	} finally {
		await own.remove()
	}
})

test("prunes a pruned model again, relative to what it is", async () => {
	const first = await prune(recipe())
	const second = await prune(recipe({ model: place.path("out"), out: place.path("again") }))
	expect(second.model).toMatchObject({ source: "out", ...first.architecture })
	expect(second.macs.dense).toBe(first.macs.pruned)
	expect(second.macs.share).toBeLessThanOrEqual(0.5)
})

test("makes the same bytes from the same choices", async () => {
	await prune(recipe())
	await prune(recipe({ out: place.path("again") }))
	expect(await essence(place.path("again"))).toEqual(await essence(place.path("out")))
})

test("draws another sample with another seed", async () => {
	const first = await prune(recipe())
	const second = await prune(recipe({ seed: 1 }))
	expect(second.samples.indices).not.toEqual(first.samples.indices)
	expect(new Set(second.samples.indices).size).toBe(32)
})

test("looks at the rows that a file lists, in its order", async () => {
	await writeFile(place.path("rows.json"), '{ "sample_indices": [9, 3, 9, 41] }')
	const { samples } = await prune(recipe({ sampleIndices: place.path("rows.json") }))
	expect(samples.indices).toEqual([9, 3, 9, 41])
})

test("replaces an earlier result", async () => {
	await prune(recipe())
	const result = await prune(recipe({ macs: 0.3 }))
	expect(JSON.parse(await readFile(place.path("out", "winnow.json"), "utf8"))).toEqual(result)
	expect((await place.listing()).filter((path) => !path.includes("/"))).toEqual(["data", "model", "out"])
})

test("keeps what the paper's scales were, unit by unit", async () => {
	const { scales, kept } = await prune(kwon2022())
	expect(scales!.map((each) => each.length)).toEqual(kept.map((each) => each.length))
	expect(scales!.flat().some((scale) => scale !== 1)).toBe(true)
})

test("rearranges units within sublayers, and only when asked", async () => {
	const runs = {
		none: await prune(kwon2022({ rearrange: "none" })),
		once: await prune(kwon2022({ rearrange: "once" })),
	}
	const converged = await prune(kwon2022({ rearrange: "converge" }))
	expect(stageNames(runs.none)).not.toContain("mask rearrangement")
	expect(stageNames(runs.once)).toContain("mask rearrangement")
	expect(runs.once.kept).not.toEqual(runs.none.kept)
	expect(runs.once.architecture).toEqual(runs.none.architecture)
	expect(converged.architecture).toEqual(runs.none.architecture)
})

describe("with the paper's quirks", () => {
	test("draws with replacement and keeps a head", async () => {
		const { samples, architecture } = await prune(kwon2022({ strictReference: true, samples: 64, macs: 0.05 }))
		expect(new Set(samples.indices).size).toBeLessThan(64)
		expect(architecture.heads.reduce((sum, heads) => sum + heads)).toBeGreaterThan(0)
	})

	test("never tunes the first attention", async () => {
		const { repairs } = await prune(kwon2022({ strictReference: true }))
		expect(repairs[0]).toMatchObject({ kind: "attention", layer: 0, outcome: "kept", reason: "first-attention" })
	})
})

describe("the curves of an earlier run", () => {
	const earlier = () => place.path("first", "curves.json")

	test("with its gradients replace the statistics, to the same result", async () => {
		await prune(kwon2022({ out: place.path("first"), macs: 0.7, keepGradients: true }))
		const result = await prune(kwon2022({ curves: earlier() }))
		expect(stageNames(result)).not.toContain("statistics")
		await prune(kwon2022({ out: place.path("anew") }))
		expect(await essence(place.path("out"))).toEqual(await essence(place.path("anew")))
	})

	test("replace the statistics of a run that does not rearrange", async () => {
		await prune(kwon2022({ out: place.path("first") }))
		const result = await prune(kwon2022({ curves: earlier(), rearrange: "none" }))
		expect(stageNames(result)).not.toContain("statistics")
		await prune(kwon2022({ out: place.path("anew"), rearrange: "none" }))
		expect(await essence(place.path("out"))).toEqual(await essence(place.path("anew")))
	})

	test("without gradients do not do for a run that rearranges, which says so", async () => {
		await prune(kwon2022({ out: place.path("first") }))
		const notes: string[] = []
		const result = await prune(kwon2022({ curves: earlier() }), { onNote: (note) => notes.push(note) })
		expect(stageNames(result)).toContain("statistics")
		expect(notes).toEqual([expect.stringMatching(/gradients.*computed again/)])
	})

	test("are refused for another sample", async () => {
		await prune(kwon2022({ out: place.path("first") }))
		const message = /curves\.json: the SHA-256 of the calibration sample must be \w{64}, as in this run \(was \w{64}\)$/
		await expect(prune(kwon2022({ curves: earlier(), samples: 16 }))).rejects.toThrow(message)
	})

	test("are refused for another model", async () => {
		await prune(kwon2022({ out: place.path("first") }))
		await writeTinyModel(place.path("other"), { seed: 9 })
		const message = /curves\.json: the SHA-256 of the model must be \w{64}, as in this run \(was \w{64}\)$/
		await expect(prune(kwon2022({ curves: earlier(), model: place.path("other") }))).rejects.toThrow(message)
	})

	test("are refused for another seed and for other rows of gradients", async () => {
		await writeFile(place.path("rows.json"), "[1, 2, 3]")
		const rows = { sampleIndices: place.path("rows.json") }
		await prune(kwon2022({ ...rows, out: place.path("first") }))
		const again = { ...rows, curves: earlier() }
		await expect(prune(kwon2022({ ...again, seed: 1 }))).rejects.toThrow("the seed must be 1, as in this run (was 0)")
		await expect(prune(kwon2022({ ...again, strictReference: true }))).rejects.toThrow(
			"the rows of the gradients must be batches of 32, as in this run (was sample)",
		)
	})

	test("are refused with gradients that are not theirs", async () => {
		await prune(kwon2022({ out: place.path("first"), keepGradients: true }))
		await prune(kwon2022({ out: place.path("other"), keepGradients: true, samples: 16 }))
		const foreign = await readFile(place.path("other", "gradients.safetensors"))
		await writeFile(place.path("first", "gradients.safetensors"), foreign)
		const message = /gradients\.safetensors: the SHA-256 must be \w{64}, as in curves\.json \(was \w{64}\)$/
		await expect(prune(kwon2022({ curves: earlier() }))).rejects.toThrow(message)
	})
})

describe("an abort", () => {
	const stages = [
		"dense score",
		"dense logits",
		"statistics",
		"mask search",
		"mask tuning",
		"pruned logits",
		"pruned score",
		"forward time",
	]
	test.each([
		...stages.map((stage) => [stage, recipe] as const),
		["removal curves", recipe] as const,
		["mask rearrangement", kwon2022] as const,
	])("during %s rejects with its reason and leaves nothing", async (stage, recipe) => {
		const before = await place.listing()
		const controller = new AbortController()
		const reason = new Error("enough")
		const seen = new Set<string>()
		const run = prune(recipe(), {
			signal: controller.signal,
			onProgress(progress) {
				seen.add(progress.stage)
				if (progress.stage === stage) controller.abort(reason)
			},
		})
		await expect(run).rejects.toBe(reason)
		expect([...seen].at(-1)).toBe(stage)
		expect(await place.listing()).toEqual(before)
	})

	test("before the start rejects at once", async () => {
		const reason = new Error("enough")
		await expect(prune(recipe({ model: "none" }), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
	})

	test("leaves an earlier result as it was", async () => {
		const earlier = await prune(recipe())
		const signal = AbortSignal.abort(new Error("enough"))
		await expect(prune(recipe({ macs: 0.3 }), { signal })).rejects.toThrow("enough")
		expect(JSON.parse(await readFile(place.path("out", "winnow.json"), "utf8"))).toEqual(earlier)
	})
})
