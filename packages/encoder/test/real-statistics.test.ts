import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { openModelFolder, openSafetensors, type SafetensorsFile } from "@winnow/checkpoint"
import { writeHeadedModel } from "@winnow/fixtures"
import { onnxRuntime, type Runtime } from "@winnow/runtime"
import { everyUnit, type Sample, type SublayerStatistics } from "@winnow/tensor"
import { installedModel, needs } from "@winnow/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { loadEncoder, type TransformerEncoder } from "../src/index.ts"

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))
const described: { ids: number[]; segments: number[]; target: number }[] = JSON.parse(
	readFileSync(fixture("statistics.json"), "utf8"),
)
const samples: readonly Sample[] = described.map(({ ids, segments, target }) => ({
	ids: Uint32Array.from(ids),
	segments: Uint8Array.from(segments),
	target,
}))

let folder: string
let runtime: Runtime
let encoder: TransformerEncoder
let golden: SafetensorsFile
beforeAll(async () => {
	runtime = await onnxRuntime()
	folder = mkdtempSync(join(tmpdir(), "winnow-statistics-"))
	await writeHeadedModel(folder, { source: installedModel("all-minilm-l6-v2"), head: "regression" })
	const opened = await openModelFolder(folder)
	encoder = await loadEncoder(opened, { runtime })
	await opened.close()
	golden = await openSafetensors(fixture("statistics.safetensors"))
})
afterAll(async () => {
	await golden.close()
	await runtime.close()
	rmSync(folder, { recursive: true })
})

/** |A - B| / |B| in the Frobenius norm, estimated from products with a few vectors of random signs. */
async function distance({ shape, data }: SublayerStatistics["gram" | "sensitivity"], kind: string, sublayer: number) {
	const [n] = shape
	const signs = await golden.readWeights("signs")
	const products = await golden.readWeights(`${kind}_${sublayer}`)
	const norm = (await golden.readWeights(`norms_${kind}`))[sublayer]!
	const vectors = products.length / n
	const width = signs.length / vectors
	let squares = 0
	for (let vector = 0; vector < vectors; vector++) {
		for (let i = 0; i < n; i++) {
			let sum = 0
			for (let j = 0; j < n; j++) sum += data[i * n + j]! * signs[vector * width + j]!
			squares += (sum - products[vector * n + i]!) ** 2
		}
	}
	return Math.sqrt(squares / vectors) / norm
}

test.each(["logits", "task"] as const)(
	"G and S of a real encoder agree with PyTorch's to 1e-5, loss %s",
	needs("all-minilm-l6-v2"),
	async (loss) => {
		let sublayers = 0
		for await (const { sublayer, gram, sensitivity } of encoder.statistics(samples, { loss })) {
			expect(sublayer).toBe(sublayers++)
			expect(await distance(gram, "gram", sublayer), `G of ${sublayer}`).toBeLessThan(1e-5)
			expect(await distance(sensitivity, `sensitivity_${loss}`, sublayer), `S of ${sublayer}`).toBeLessThan(1e-5)
		}
		expect(sublayers).toBe(encoder.sublayers.length)
	},
)

test(
	"a slim encoder computes what the dense one does with the pruned units' weights at zero",
	needs("all-minilm-l6-v2"),
	async () => {
		const isKept = (l: number, unit: number) => unit % (3 + (l % 4)) > 0
		const kept = everyUnit(encoder.sublayers).map((units, l) => units.filter((unit) => isKept(l, unit)))
		const some = samples.slice(0, 8)
		const masked = await encoder.rebuild(everyUnit(encoder.sublayers), some, {
			fit: async ({ sublayer: { kind, layer, channels }, weights: { axes, shape, data }, bias }) => {
				const l = 2 * layer + (kind === "ffn" ? 1 : 0)
				const width = channels * shape[1]
				const zeroed = data.map((weight, at) => (isKept(l, Math.floor(at / width)) ? weight : 0))
				return { weights: { axes, shape, data: zeroed }, bias }
			},
		})
		const slim = encoder.slim(kept)
		const [ours, theirs, dense] = await Promise.all([slim, masked, encoder].map((one) => one.logits(some)))
		for (const [i, logits] of ours!.entries()) {
			expect(Math.abs(logits[0]! - theirs![i]![0]!)).toBeLessThan(1e-4)
			expect(Math.abs(logits[0]! - dense![i]![0]!)).toBeGreaterThan(1e-3)
		}
		await masked.close()
		await slim.close()
	},
)
