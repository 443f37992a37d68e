import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { openModelFolder, openSafetensors, type SafetensorsFile } from "@winnow/checkpoint"
import { onnxRuntime, type Runtime } from "@winnow/runtime"
import type { Sample, SublayerStatistics } from "@winnow/tensor"
import { needs, sharedFile } from "@winnow/testing"
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

let runtime: Runtime
let encoder: TransformerEncoder
let golden: SafetensorsFile
beforeAll(async () => {
	runtime = await onnxRuntime()
	encoder = await loadEncoder(await openModelFolder(fileURLToPath(sharedFile("models/minilm-stsb"))), { runtime })
	golden = await openSafetensors(fixture("statistics.safetensors"))
})
afterAll(async () => {
	await golden.close()
	await runtime.close()
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
	needs("shared"),
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
