import { expect, test } from "vitest"
import { presets } from "../src/presets/presets.ts"
import { resolveRecipe } from "../src/request/resolve-recipe.ts"

const least = { model: "bert", task: "sst2", data: "SST-2", out: "slim", macs: 0.5 }

test("fills in every choice that was not made", () => {
	expect(resolveRecipe({ ...least, threads: 3 })).toEqual({
		...least,
		preset: "winnow",
		importance: "kfac",
		loss: "logits",
		mu: 0.01,
		widths: "searched",
		rearrange: "none",
		repair: "projection",
		inputRepair: true,
		lambda: 0.01,
		inputLambda: 0.1,
		rounds: 1,
		samples: 2048,
		seed: 0,
		minHeads: 0,
		protectLayers: [],
		strictReference: false,
		keepGradients: false,
		timing: true,
		dtype: "auto",
		memory: 4096,
		threads: 3,
	})
})

test("takes the preset's choices where none were made, and the recipe's where they were", () => {
	expect(resolveRecipe({ ...least, preset: "kwon2022" })).toMatchObject(presets.kwon2022)
	expect(resolveRecipe({ ...least, preset: "kwon2022", rearrange: "converge" })).toMatchObject({
		...presets.kwon2022,
		rearrange: "converge",
	})
})

test("drops what the preset says of a choice that was changed", () => {
	expect(resolveRecipe({ ...least, repair: "scale" }).inputRepair).toBe(false)
	expect(resolveRecipe({ ...least, preset: "kwon2022", importance: "kfac" }).rearrange).toBe("none")
})

test("is its own resolution", () => {
	const resolved = resolveRecipe(least)
	expect(resolved.threads).toBeGreaterThan(0)
	expect(resolveRecipe(resolved)).toEqual(resolved)
})

test("takes a field that is undefined as one that is not there", () => {
	expect(resolveRecipe({ ...least, seed: undefined, threads: undefined })).toEqual(resolveRecipe(least))
})

const fast = { ...least, macs: undefined, latency: 0.5 }

test("serves one input at a time where latency is the budget, and searches as the preset does", () => {
	const usual = { batch: 1, precision: "fp32", latencySearch: "exact" }
	expect(resolveRecipe(fast)).toMatchObject({ latency: 0.5, ...usual })
	expect(resolveRecipe({ ...fast, preset: "kwon2022" }).latencySearch).toBe("piecewise")
	expect(resolveRecipe({ ...fast, latency: ["12ms", 0.4], batch: 32 })).toMatchObject({
		latency: ["12ms", 0.4],
		batch: 32,
	})
	expect(resolveRecipe(resolveRecipe(fast))).toEqual(resolveRecipe(fast))
	expect(resolveRecipe(least)).not.toHaveProperty("batch")
	expect(resolveRecipe(least)).not.toHaveProperty("precision")
})

test("takes a speedup as the latency that it means", () => {
	const { speedup, latency, ...rest } = {
		...resolveRecipe({ ...fast, latency: undefined, speedup: 4 }),
		speedup: undefined,
	}
	expect([speedup, latency]).toEqual([undefined, 0.25])
	expect(rest).toMatchObject({ batch: 1, precision: "fp32" })
})

const reference = { ...least, preset: "kwon2022", strictReference: true }

test.each([
	[{ ...least, macs: 0 }, "prune: macs must be a share to keep, above 0 and at most 1 (was 0)"],
	[{ ...least, macs: 1.5 }, "prune: macs must be a share to keep, above 0 and at most 1 (was 1.5)"],
	[{ ...least, macs: "abc" }, 'prune: macs must be a share to keep, above 0 and at most 1 (was "abc")'],
	[{ ...least, macs: [0.5, 2] }, "prune: macs[1] must be a share to keep, above 0 and at most 1 (was 2)"],
	[{ ...least, macs: [] }, "prune: macs must be a share to keep, above 0 and at most 1 (was "],
	[{ ...least, macs: undefined }, "prune: `macs`, `latency`, `speedup` or `maxDrop` must be given (was missing)"],
	[{}, /\(was missing, and so are `model` and `out`, and one of `macs`, `latency`, `speedup` or `maxDrop`\)$/],
	[{ macs: 0.5 }, /\(was missing, and so are `model` and `out`\)$/],
	[{ ...least, macs: undefined, out: undefined }, /out .* \(was missing, and so is one of `macs`, .* or `maxDrop`\)$/],
	[{ ...least, samples: 0 }, "prune: samples must be a whole number from 1 to 10,000,000 (was 0)"],
	[{ ...least, seed: -1 }, "prune: seed must be a natural number below 2^53 (was -1)"],
	[{ ...least, out: "" }, 'prune: out must be the output folder (was "")'],
	[{ ...least, preset: "best" }, 'prune: preset must be "kwon2022" or "winnow" (was "best")'],
	[{ ...least, rearrange: "twice" }, 'prune: rearrange must be "converge", "none" or "once" (was "twice")'],
	[{ ...least, rearrange: "once" }, "prune: rearrange must be none with `importance` kfac (was once)"],
	[{ ...least, repair: "none", inputRepair: true }, "prune: inputRepair must be false with `repair` none (was true)"],
	[{ ...least, keepGradients: true }, "prune: keepGradients must be false with `importance` kfac (was true)"],
	[{ ...least, lambda: 0 }, "prune: lambda must be a damping above 0 and at most 1 (was 0)"],
	[{ ...least, protectLayers: [-1] }, "prune: protectLayers[0] must be the number of a layer, from 0 (was -1)"],
	[{ ...least, maxDrop: 1 }, "prune: maxDrop must be absent where `macs` says how large the model may be (was 1)"],
	[
		{ ...fast, latency: 0 },
		/^prune: latency must be a share to keep, above 0 and at most 1, or milliseconds above 0 like "12ms" \(was 0\)/,
	],
	[
		{ ...fast, latency: "12s" },
		/^prune: latency must be a share to keep, .* or milliseconds above 0 like "12ms" \(was "12s"\)/,
	],
	[
		{ ...fast, latency: [0.5, -1] },
		/^prune: latency.* must be a share to keep, .* or milliseconds above 0 like "12ms" \(was /,
	],
	[{ ...fast, macs: 0.5 }, "prune: latency must be absent where `macs` says how large the model may be (was 0.5)"],
	[{ ...fast, maxDrop: 1 }, "prune: maxDrop must be absent where `latency` says how large the model may be (was 1)"],
	[{ ...least, fewRows: true }, "prune: fewRows must be absent without `maxDrop` (was true)"],
	[{ ...fast, speedup: 2 }, "prune: speedup must be absent where `latency` says the same (was 2)"],
	[{ ...fast, latency: undefined, speedup: 0.5 }, "prune: speedup must be a factor from 1 to 1000 (was 0.5)"],
	[{ ...fast, widths: "uniform" }, "prune: widths must be searched with `latency` (was uniform)"],
	[
		{ ...fast, latencySearch: "piecewise" },
		"prune: latencySearch must be exact with `importance` kfac (was piecewise)",
	],
	[{ ...fast, preset: "kwon2022", minHeads: 1 }, "prune: minHeads must be 0 with `latencySearch` piecewise (was 1)"],
	[{ ...least, batch: 2 }, "prune: batch must be absent without `latency` (was 2)"],
	[{ ...least, precision: "fp32" }, "prune: precision must be absent without `latency` (was fp32)"],
	[{ ...fast, precision: "fp16" }, 'prune: precision must be "fp32" or "int8" (was "fp16")'],
	[{ ...fast, precision: "int8", runtime: "tfjs" }, "prune: precision must be fp32 with `runtime` tfjs (was int8)"],
	[{ ...least, latencyTable: "t.json" }, "prune: latencyTable must be absent without `latency` (was t.json)"],
	[
		{ ...least, textColumns: ["text"] },
		'prune: textColumns must be absent with the task sst2, whose files say so (was ["text"])',
	],
	[
		{ ...least, task: undefined },
		"prune: task must be the name of a task, or `textColumns` given instead (was missing)",
	],
	[{ ...reference, preset: "winnow" }, "prune: preset must be kwon2022 with `strictReference` (was winnow)"],
	[{ ...reference, macs: 1 }, "prune: macs must be below 1 with `strictReference` (was 1)"],
	[{ ...reference, rearrange: "none" }, "prune: rearrange must be once with `strictReference` (was none)"],
	[{ ...reference, minHeads: 1 }, "prune: minHeads must be 0 with `strictReference` (was 1)"],
	[
		{ ...least, task: "sst3" },
		"prune: task must be one of cola, sst2, mrpc, stsb, qqp, mnli, qnli, rte, wnli, squad, squad_v2, classification, regression (was sst3; did you mean sst2?)",
	],
])("refuses %o", (recipe, message) => {
	expect(() => resolveRecipe(recipe)).toThrow(message)
})

test("refuses a field it does not know, naming those it does", () => {
	expect(() => resolveRecipe({ ...least, sample: 4 }, "half.json")).toThrow(
		/^half\.json: every field must be one of .*\bsamples\b.* \(was sample; did you mean samples\?\)$/,
	)
})

test("names the field that is missing", () => {
	const { data: _, ...without } = least
	expect(() => resolveRecipe(without)).toThrow(
		"prune: data must be the folder or file of the task's data, or a file of texts (was missing)",
	)
})
