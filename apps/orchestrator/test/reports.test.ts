import { describe, expect, test } from "vitest"
import { inspectionReport } from "../src/command/inspection-report.ts"
import { missedBudgets } from "../src/command/missed-budgets.ts"
import { familyReport, pruneReport } from "../src/command/prune-report.ts"
import { repairsReport } from "../src/command/repairs-report.ts"
import { presets } from "../src/presets/presets.ts"
import { type PruneResult, pruneResultSchema } from "../src/result/prune-result.ts"

const result: PruneResult = {
	schema: "winnow-result/1",
	winnow: "1.0.0",
	model: { source: "bert", sha256: "5e", bytes: 45_400_000, heads: [12, 12], neurons: [1536, 1536] },
	task: "stsb",
	recipe: {
		...presets.winnow,
		task: "stsb",
		macs: 0.5,
		preset: "winnow",
		samples: 2,
		seed: 0,
		minHeads: 0,
		protectLayers: [],
		strictReference: false,
		keepGradients: false,
		timing: true,
		dtype: "auto",
		memory: 4096,
		threads: 2,
	},
	samples: { indices: [3, 1], sha256: "5a" },
	score: { dense: 0.8526, pruned: null },
	metrics: { dense: { spearman: 0.8526, pearson: 0.851 }, pruned: { spearman: null, pearson: 0.8321 } },
	change: { score: null, low: null, high: null },
	guide: { measured: 0.1152, predicted: 0.0921, flipped: null, samples: 700, source: "test" },
	macs: { length: 31.47, dense: 3.4e8, pruned: 1.7e8, share: 0.5 },
	parameters: { dense: 22_700_000, pruned: 17_400_000 },
	architecture: { heads: [11, 0], neurons: [1200, 7] },
	kept: [],
	scales: [],
	repairs: [
		{ kind: "attention", layer: 0, side: "output", units: 11, outcome: "tuned" },
		{ kind: "ffn", layer: 0, side: "output", units: 1200, outcome: "tuned" },
		{
			kind: "attention",
			layer: 1,
			side: "output",
			units: 0,
			outcome: "kept",
			reason: "no-units",
			explanation: "no unit is kept",
		},
		{ kind: "ffn", layer: 1, side: "output", units: 7, outcome: "tuned" },
	],
	forward: { samples: 256, repeats: 5, seconds: { dense: 1.2, pruned: 0.75 }, speedup: 1.6 },
	stages: [
		{ name: "dense score", seconds: 2.345, peakMiB: 512.4 },
		{ name: "statistics", seconds: 61.2, peakMiB: 1024.2 },
	],
	runtime: "onnxruntime-node 1.30.0",
	machine: { cpu: "a", cores: 2, memoryGiB: 8, node: "v20.19.0", platform: "linux/x64" },
	files: { "config.json": 1100, "model.safetensors": 38_800_000 },
}

test("tells what pruning cost and gained, layer by layer and stage by stage", () => {
	expect(pruneReport(result, "out/bert")).toMatchInlineSnapshot(`
		"bert on stsb                                       dense     pruned
		spearman                                          0.8526  undefined
		pearson                                           0.8510     0.8321          -0.0189
		logits differ by, 700 samples of the test split               0.115  0.092 predicted
		MACs at 31.47 tokens                             340.0 M    170.0 M           50.0 %
		parameters                                        22.7 M     17.4 M           76.7 %
		weight files                                     45.4 MB    38.8 MB           85.5 %
		forward, 256 samples                              1.20 s     0.75 s    1.60 x faster

		layer            0       1
		heads        11/12    0/12
		neurons  1200/1536  7/1536

		repaired: 3 of 4 inputs and outputs; 1 left as it was (no unit is kept)

		stage        seconds  peak MiB
		dense score     2.35       512
		statistics     61.20     1,024
		all            63.55     1,024

		out/bert: config.json 1.1 kB, model.safetensors 38.8 MB
		"
	`)
})

test("a result of an earlier version, whose guide was measured on the calibration sample, is read and says so", () => {
	const earlier = { ...result, guide: { ...result.guide, source: "calibration" as const } }
	expect(pruneResultSchema(earlier)).toEqual(earlier)
	expect(pruneReport(earlier, "out/bert")).toContain("logits differ by, 700 samples that were calibrated on")
})

test("tells how sure a change is, and the held-out score that a largest drop went by", () => {
	const sure = {
		...result,
		metrics: { ...result.metrics, pruned: { spearman: 0.8426, pearson: 0.8321 } },
		change: { score: -0.01, low: -0.0213, high: 0.0009 },
		maxDrop: { points: 1, samples: 2048, dense: 0.9, trials: [{ share: 0.5, score: 0.8912 }] },
	}
	const lines = pruneReport(sure, "out/bert").split("\n")
	expect(lines.slice(1, 5).map((line) => line.replace(/ {2,}/g, " | "))).toEqual([
		"spearman | 0.8526 | 0.8426 | -0.0100",
		" | 95 % interval of the change | -0.0213 to +0.0009",
		"pearson | 0.8510 | 0.8321 | -0.0189",
		"spearman, 2,048 held-out training rows | 0.9000 | 0.8912 | -0.0088",
	])
	expect(familyReport([sure, sure], "out/bert")).toMatch(/spearman +change \(95 %\) +logits differ/)
	expect(familyReport([sure, sure], "out/bert")).toContain("0.8426  -0.0213 to +0.0009          0.115")
})

test("sums up the stages that a search runs time and again", () => {
	const again = { name: "statistics", seconds: 8.8, peakMiB: 2000.4 }
	const report = pruneReport({ ...result, stages: [...result.stages, again] }, "out/bert")
	expect(report).toMatch(/^statistics, 2 times +70\.00 +2,000$/m)
	expect(report).toMatch(/^all +72\.3\d +2,000$/m)
})

test("sums up in one line which sites repair left as they were", () => {
	const site = (reason: string, layer: number) => ({
		kind: "ffn" as const,
		layer,
		side: "input" as const,
		units: 1,
		outcome: "kept" as const,
		reason,
		explanation: `in layer ${layer}`,
	})
	const kept = [site("held-out", 0), site("no-units", 1), site("held-out", 2)]
	const said = "left as they were (2: no better on held-out rows, 1: no unit is kept)"
	expect(repairsReport({ ...result, repairs: [...result.repairs, ...kept] })).toBe(
		"repaired: 3 of 7 inputs and outputs; 4 left as they were (2: no unit is kept, 2: no better on held-out rows)\n",
	)
	expect(repairsReport({ ...result, repairs: kept })).toBe(`repaired: 0 of 3 inputs and outputs; 3 ${said}\n`)
	expect(repairsReport({ ...result, repairs: [] })).toBe("repaired: 0 of 0 inputs and outputs\n")
})

describe("what was asked for and missed", () => {
	const last = "what was asked for is missed: everything is written, and the exit code is 3"
	const latency = { share: 0.5301, pruned: 12.41 } as NonNullable<PruneResult["latency"]>
	const { macs: _, ...recipe } = result.recipe
	test.each<[string, Partial<PruneResult>, string]>([
		[
			"multiply-accumulates",
			{ macs: { ...result.macs, share: 0.512 } },
			"over the budget: 51.20 % of the multiply-accumulates are left, 50.00 % were asked for",
		],
		[
			"a share of the latency",
			{ recipe: { ...recipe, latency: 0.5 }, latency },
			"over the budget: 53.01 % of the dense model's latency is left, 50.00 % was asked for",
		],
		[
			"milliseconds",
			{ recipe: { ...recipe, latency: "12ms" }, latency },
			"over the budget: the latency is 12.4 ms, 12.0 ms was asked for",
		],
		[
			"a largest drop",
			{
				recipe: { ...result.recipe, maxDrop: 1 },
				change: { score: -0.017, low: -0.03, high: 0 },
				maxDrop: { points: 1, samples: 2048, dense: 0.9, trials: [] },
			},
			"a larger drop: spearman on dev falls by 1.70 points, at most 1 was asked for, which 2,048 held-out training rows promised",
		],
	])("is said with both numbers, of %s", (_, change, line) => {
		expect(missedBudgets([{ ...result, ...change }])).toEqual([line, last])
	})

	test("of several results is explained once", () => {
		const over = { ...result, macs: { ...result.macs, share: 0.6 } }
		expect(missedBudgets([over, result, over])).toHaveLength(3)
	})

	test("is nothing where all is within", () => {
		const kept = { recipe: { ...result.recipe, maxDrop: 1 }, change: { score: -0.01, low: null, high: null } }
		const fast = { recipe: { ...recipe, latency: 0.6 }, latency }
		expect(missedBudgets([result, { ...result, ...kept }, { ...result, ...fast }])).toEqual([])
	})
})

test("tells of several results one line each", () => {
	const smaller = { ...result, recipe: { ...result.recipe, macs: 0.3 }, macs: { ...result.macs, share: 0.2999 } }
	const flipped = { ...result.guide, flipped: 0.031 }
	const classes = [result, smaller].map((each) => ({ ...each, guide: flipped }))
	expect(familyReport([result, smaller], "out/bert")).toMatchInlineSnapshot(`
		"bert on stsb     MACs   spearman  logits differ        forward  weight file
		dense         100.0 %     0.8526                                    45.4 MB
		0.5            50.0 %  undefined          0.115  1.60 x faster      38.8 MB
		0.3            30.0 %  undefined          0.115  1.60 x faster      38.8 MB

		out/bert: 0.5, 0.3
		"
	`)
	expect(familyReport(classes, "out/bert")).toContain("3.1 %")
})

test("tells nothing of speed that was not measured", () => {
	const { forward: _, ...untimed } = result
	expect(pruneReport(untimed, "out/bert")).not.toContain("faster")
	expect(familyReport([untimed, untimed], "out/bert")).not.toContain("forward")
})

test("tells what a model consists of", () => {
	const report = inspectionReport({
		schema: "winnow-inspection/1",
		model: { source: "bert", sha256: "5e", type: "bert", bytes: 45_400_000 },
		hidden: 384,
		headSize: 32,
		vocabulary: 30_522,
		positions: 512,
		logits: 1,
		labels: [],
		parameters: 22_700_000,
		macs: { length: 128, total: 1.4e9 },
		layers: [
			{ heads: 12, neurons: 1536, macs: 7e8 },
			{ heads: 0, neurons: 7, macs: 7e5 },
		],
	})
	expect(report).toMatchInlineSnapshot(`
		"model    bert (bert)
		sha256   5e
		weights  45.4 MB, 22.7 M parameters
		width    384, heads of 32
		input    30,522 token ids, 512 positions
		output   1 logit
		MACs     1.4 G for a sample of 128 tokens, in heads and neurons

		layer  heads  neurons     MACs
		0         12    1,536  700.0 M
		1          0        7  700.0 k
		"
	`)
})

test.each<[string, NonNullable<PruneResult["weights"]>, RegExp]>([
	[
		"was rounded to, and what that cost",
		{ dtype: "float16", rounding: { dtype: "float16", before: 0.115, after: 0.1152 } },
		/^ {2}rounded to float16: logits differ by +0\.115 +\+0\.2 %$/m,
	],
	[
		"was not rounded to, and what that would have cost",
		{ dtype: "float32", rounding: { dtype: "bfloat16", before: 0.115, after: 0.123, refused: "" } },
		/^ {2}not rounded to bfloat16: logits differ by +0\.123 +\+7\.0 %$/m,
	],
	[
		"was rounded to, without the percent of next to nothing",
		{ dtype: "float16", rounding: { dtype: "float16", before: 1e-9, after: 9.7e-6, floor: 2e-3 } },
		/^ {2}rounded to float16: logits differ by +0\.000$/m,
	],
	[
		"was not rounded to, by a record without a floor whose models were equal",
		{ dtype: "float32", rounding: { dtype: "float16", before: 0, after: 0.2, refused: "" } },
		/^ {2}not rounded to float16: logits differ by +0\.200$/m,
	],
	[
		"cannot hold the weights",
		{ dtype: "float32", rounding: { dtype: "float16", before: 0.115, after: null, refused: "" } },
		/^ {2}not rounded to float16 +beyond its range$/m,
	],
])("names the dtype that the file %s", (_, weights, row) => {
	expect(pruneReport({ ...result, weights }, "out/bert")).toMatch(row)
})
