import { readFile, rm, writeFile } from "node:fs/promises"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { familyReport, pruneReport } from "../src/command/prune-report.ts"
import { type PruneResult, prune, pruneFamily, type Recipe } from "../src/index.ts"
import { pruneResultSchema } from "../src/result/prune-result.ts"
import { type TinyWorkplace, tinyRecipe, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
beforeEach(async () => (place = await tinyWorkplace()))
afterEach(() => place.remove())

const recipe = (change: Partial<Recipe> = {}) => tinyRecipe(place, change)

const stageNames = ({ stages }: PruneResult) => stages.map(({ name }) => name)
const essenceOf = ({ kept, score, guide, repairs }: PruneResult) => ({ kept, score, guide, repairs })

describe("several shares", () => {
	test("make a folder each, from one set of statistics, and each as if it were alone", async () => {
		const results = await pruneFamily(recipe({ macs: [0.7, 0.4] }))
		expect(results.map(({ recipe }) => recipe.macs)).toEqual([0.7, 0.4])
		for (const result of results) {
			const folder = place.path("out", String(result.recipe.macs))
			expect(JSON.parse(await readFile(`${folder}/winnow.json`, "utf8"))).toEqual(result)
			expect(stageNames(result).filter((name) => name === "statistics")).toHaveLength(1)
			expect(stageNames(result).filter((name) => name === "mask tuning")).toHaveLength(1)
			const alone = await prune({
				...result.recipe,
				...recipe({ macs: result.recipe.macs!, out: place.path("alone") }),
			})
			expect(essenceOf(alone)).toEqual(essenceOf(result))
		}
	})

	test("are refused by prune, which makes one model", async () => {
		await expect(prune(recipe({ macs: [0.7, 0.4] }))).rejects.toThrow(
			"prune: macs must be one share (several: pruneFamily) (was 2 of them)",
		)
	})
})

test("without timing nothing is said of speed", async () => {
	const result = await prune(recipe({ timing: false }))
	expect(result).not.toHaveProperty("forward")
	expect(stageNames(result)).not.toContain("forward time")
	expect(pruneResultSchema(result)).toEqual(result)
})

describe("maxDrop", () => {
	test("finds a model that keeps its score on held-out training rows, and says what it tried", async () => {
		const result = await prune({ ...recipe({ maxDrop: 5, fewRows: true }), macs: undefined } as never)
		const { dense, trials, points, samples } = result.maxDrop!
		expect([points, samples]).toEqual([5, 32])
		const passed = trials.filter(({ score }) => score !== null && score >= dense - 0.05).map(({ share }) => share)
		expect(result.recipe.macs).toBe(Math.min(1, ...passed))
		expect(result.recipe.maxDrop).toBe(5)
		expect(pruneResultSchema(result)).toEqual(result)
	})

	test("needs rows that are not calibrated on", async () => {
		await writeFile(place.path("rows.json"), JSON.stringify(Array.from({ length: 64 }, (_, row) => row)))
		const all = { ...recipe({ maxDrop: 5, fewRows: true, sampleIndices: place.path("rows.json") }), macs: undefined }
		await expect(prune(all as never)).rejects.toThrow(
			/train\.tsv: rows that `maxDrop` can judge on must be at least 1 \(was 0\)/,
		)
	})
})

describe("texts without labels", () => {
	const texts = async (lines: readonly string[]) => {
		await writeFile(place.path("texts.tsv"), ["id\treview", ...lines.map((text, i) => `${i}\t${text}`)].join("\n"))
		const { task: _, ...others } = recipe({ data: place.path("texts.tsv"), textColumns: ["review"] })
		return others as Recipe
	}

	test("are enough, and there is a guide instead of a score", async () => {
		const sentences = (await readFile(place.path("data", "train.tsv"), "utf8")).trimEnd().split("\n").slice(1)
		const result = await prune(await texts(sentences.map((line) => line.split("\t")[0]!)))
		expect(result).toMatchObject({
			task: null,
			score: { dense: null, pruned: null },
			metrics: { dense: {}, pruned: {} },
		})
		expect(result.guide).toMatchObject({ source: "rest", samples: sentences.length - 32 })
		expect(result.guide.measured).toBeGreaterThan(0)
		expect(result.macs.share).toBeLessThanOrEqual(0.5)
		expect(pruneResultSchema(result)).toEqual(result)
	})

	test("are no judges of themselves: where all are calibrated on, nothing is measured and no number printed", async () => {
		await writeFile(place.path("rows.json"), "[0, 1, 2]")
		const all = await texts(["one", "two", "three"])
		const result = await prune({ ...all, sampleIndices: place.path("rows.json"), timing: true })
		expect(result.guide).toMatchObject({ measured: null, flipped: null, source: null, samples: 0 })
		expect(pruneResultSchema(result)).toEqual(result)
		expect(result.forward?.samples).toBe(3)
		const report = pruneReport(result, "out")
		expect(report).toMatch(/^logits differ by +not measured$/m)
		expect(report).not.toContain("flipped")
		expect(familyReport([result], "out")).toContain("not measured")
		const card = await readFile(place.path("out", "README.md"), "utf8")
		expect(card).toContain("| logits differ by (root mean square) |  | not measured: every row was calibrated on |")
	})

	test("do not do for a loss that needs labels", async () => {
		await expect(prune({ ...(await texts(["one"])), loss: "task" })).rejects.toThrow(
			"prune: loss must be logits or sampled without a task (was task)",
		)
	})
})

describe("the guide", () => {
	test("is measured on the test split where there is one", async () => {
		await writeFile(place.path("data", "test.tsv"), "index\tsentence\n0\ta film\n1\ta good film\n")
		expect((await prune(recipe())).guide).toMatchObject({ source: "test", samples: 2 })
	})

	test("is predicted by curves of logits, and by no others", async () => {
		expect((await prune(recipe())).guide.predicted).toBeGreaterThan(0)
		expect((await prune(recipe({ loss: "sampled" }))).guide.predicted).toBeNull()
		expect((await prune(recipe({ importance: "fisher" }))).guide.predicted).toBeNull()
	})

	test("is 0 when nothing is pruned", async () => {
		const { guide, change } = await prune(recipe({ macs: 1, repair: "none" }))
		expect(guide).toMatchObject({ measured: 0, predicted: 0, flipped: 0 })
		expect(change).toEqual({ score: 0, low: 0, high: 0 })
	})
})

describe("choices", () => {
	test.each([
		{ importance: "fisher" },
		{ importance: "magnitude" },
		{ importance: "random" },
		{ widths: "uniform" },
		{ loss: "task" },
		{ loss: "sampled" },
		{ importance: "fisher", loss: "logits", rearrange: "once" },
		{ mu: 0.5 },
	] as const)("%o change which units are kept", async (change) => {
		const [plain, changed] = [await prune(recipe()), await prune(recipe({ ...change, out: place.path("other") }))]
		expect(changed.recipe).toMatchObject(change)
		expect(changed.kept).not.toEqual(plain.kept)
		expect(changed.macs.share).toBeLessThanOrEqual(0.5)
	})

	test.each([
		{ repair: "none" },
		{ repair: "scale" },
		{ inputRepair: false },
		{ lambda: 0.5 },
		{ inputLambda: 0.9 },
	] as const)("%o change the repair of the same units", async (change) => {
		const [plain, changed] = [await prune(recipe()), await prune(recipe({ ...change, out: place.path("other") }))]
		expect(changed.kept).toEqual(plain.kept)
		expect(changed.guide.measured).not.toBe(plain.guide.measured)
	})

	test("projection comes closer to the dense model than no repair", async () => {
		const repaired = await prune(recipe())
		const bare = await prune(recipe({ repair: "none", out: place.path("bare") }))
		expect(repaired.guide.measured).toBeLessThan(bare.guide.measured!)
		expect(repaired.repairs.map(({ side }) => side)).toContain("input")
		expect(bare.repairs.every(({ reason }) => reason === "identity")).toBe(true)
	})

	test("heads and layers can be protected", async () => {
		const { architecture } = await prune(recipe({ macs: 0.7, minHeads: 2, protectLayers: [1] }))
		expect(architecture.heads[0]).toBeGreaterThanOrEqual(2)
		expect([architecture.heads[1], architecture.neurons[1]]).toEqual([4, 64])
	})

	test("several rounds measure importance again on what is left", async () => {
		const result = await prune(recipe({ rounds: 3, macs: 0.3 }))
		expect(stageNames(result).filter((name) => name === "statistics")).toHaveLength(3)
		expect(result.macs.share).toBeLessThanOrEqual(0.3)
		expect(result.macs.share).toBeGreaterThan(0.27)
		for (const units of result.kept) expect(units).toEqual([...new Set(units)].sort((a, b) => a - b))
		const direct = await prune(recipe({ macs: 0.3, out: place.path("direct") }))
		expect(result.kept).not.toEqual(direct.kept)
	})
})

test("the recipe of a result makes the same weights again", async () => {
	const first = await prune(recipe({ macs: 0.4, lambda: 0.05, loss: "sampled", rounds: 2, seed: 3 }))
	const again = await prune({ ...first.recipe, model: place.model, data: place.data, out: place.path("again") })
	const bytes = (folder: string) => readFile(place.path(folder, "model.safetensors"))
	expect((await bytes("again")).equals(await bytes("out"))).toBe(true)
	expect(essenceOf(again)).toEqual(essenceOf(first))
})

test("curves of another importance or damping are refused", async () => {
	await prune(recipe())
	const earlier = { curves: place.path("out", "curves.json"), out: place.path("next") }
	await expect(prune(recipe({ ...earlier, mu: 0.5 }))).rejects.toThrow("mu must be 0.5, as in this run (was 0.01)")
	await expect(prune(recipe({ ...earlier, importance: "magnitude" }))).rejects.toThrow(
		"the importance must be magnitude, as in this run (was kfac)",
	)
	const result = await prune(recipe({ ...earlier, macs: 0.3, repair: "none" }))
	expect(stageNames(result)).not.toContain("statistics")
	await rm(place.path("next"), { recursive: true })
})
