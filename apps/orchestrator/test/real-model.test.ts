import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { sharedFile } from "@winnow/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { evaluate, type PruneResult, prune } from "../src/index.ts"

// Minutes on a machine that is busy with other things.
const timeout = 900_000

const pathOf = (name: string) => fileURLToPath(sharedFile(name))
const sst2 = { model: pathOf("models/minilm-sst2"), task: "sst2", data: pathOf("data/glue/SST-2") }

let folder: string
let result: PruneResult
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "winnow-real-"))
	result = await prune({ ...sst2, out: join(folder, "half"), macs: 0.5, samples: 256 })
}, timeout)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What PyTorch and Transformers computed on the same weights. */
async function referenceMetrics(model: string): Promise<Record<string, number>> {
	return JSON.parse(await readFile(sharedFile(`models/${model}/eval.json`), "utf8"))
}

test("the dense score is the reference's to four digits", async () => {
	const { accuracy } = await referenceMetrics("minilm-sst2")
	expect(result.score.dense).toBeCloseTo(accuracy!, 4)
})

test("the dense scores of a regression are the reference's to four digits", { timeout }, async () => {
	const stsb = { model: pathOf("models/minilm-stsb"), task: "stsb", data: pathOf("data/glue/STS-B") }
	const { metrics } = await evaluate(stsb)
	const reference = await referenceMetrics("minilm-stsb")
	expect(metrics.spearman).toBeCloseTo(reference.spearman!, 4)
	expect(metrics.pearson).toBeCloseTo(reference.pearson!, 4)
})

test("half of the MACs are enough for most of the score", () => {
	expect(result.macs.share).toBeLessThanOrEqual(0.5)
	expect(result.macs.share).toBeGreaterThan(0.4999)
	expect(result.score.pruned).toBeGreaterThan(0.83)
	expect(result.repairs.filter(({ outcome }) => outcome === "tuned").length).toBeGreaterThan(8)
})

test("the folder written scores what was reported", { timeout }, async () => {
	const { score, metrics } = await evaluate({ ...sst2, model: join(folder, "half") })
	expect(score).toBe(result.score.pruned)
	expect(metrics).toEqual(result.metrics.pruned)
})

test("weights that nobody touched keep their dtype, so that the file shrinks", () => {
	expect(result.files["model.safetensors"]).toBeLessThan(result.model.bytes)
	expect(result.parameters.pruned).toBeLessThan(result.parameters.dense)
})

test("an abort in the middle of a stage ends it within a batch and leaves nothing", { timeout }, async () => {
	const controller = new AbortController()
	const reason = new Error("enough")
	let batchesAfter = 0
	const run = prune(
		{ ...sst2, out: join(folder, "aborted"), macs: 0.5, samples: 256 },
		{
			signal: controller.signal,
			onProgress({ done, total }) {
				if (controller.signal.aborted) batchesAfter++
				else if (done > 0 && done < total) controller.abort(reason)
			},
		},
	)
	await expect(run).rejects.toBe(reason)
	expect(batchesAfter).toBe(0)
	expect(await readdir(folder)).toEqual(["half"])
})
