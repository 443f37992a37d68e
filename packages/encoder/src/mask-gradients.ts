import type { Data, Runtime } from "@winnow/runtime"
import {
	type MaskGradients,
	type MaskGradientsOptions,
	progressOf,
	type Sample,
	type Tensor,
	tensor,
} from "@winnow/tensor"
import { sublayersOf } from "./architecture.ts"
import { type Batch, batchesOf, tokensOf } from "./batches.ts"
import { gradientOf, maskGradientsGraph } from "./graphs.ts"
import { lossFeeds, lossReferences } from "./loss-references.ts"
import type { Model } from "./slimmed.ts"

/** Mask gradients of all samples: see {@link DifferentiableEncoder.maskGradients}. */
export async function maskGradients(
	{ architecture, weights }: Model,
	samples: readonly Sample[],
	options: MaskGradientsOptions & { readonly runtime: Runtime },
): Promise<MaskGradients> {
	const { runtime, loss, seed, masks, per = "sample" } = options
	const sublayers = sublayersOf(architecture)
	const { head, logits } = architecture
	const references = lossReferences(samples, { loss, seed, head, logits })
	const result = sublayers.map(({ units }) =>
		tensor("sample unit", [samples.length, units], new Float32Array(samples.length * units)),
	)
	const graph = maskGradientsGraph(architecture, weights, { loss, masks })
	const program = await runtime.compile(graph)
	try {
		const batches = batchesOf(samples)
		const progress = progressOf("mask gradients", tokensOf(batches), options)
		let done = 0
		for (const batch of batches) {
			progress(done)
			const outputs = await program.run({ ...batch.feeds, ...lossFeeds({ loss, head, logits }, batch, references) })
			for (const [index, rows] of result.entries()) scatter(rows, batch, outputs[gradientOf(index)])
			done += batch.tokens
		}
		progress(done)
	} finally {
		await program.release()
	}
	return per === "sample" ? result : result.map((rows) => batchMeans(rows, per.batch))
}

/** Rows of a batch to the positions of their samples; a sublayer without units has no output. */
function scatter(rows: Tensor<"sample unit">, { samples }: Batch, output: Data | undefined): void {
	const units = rows.shape[1]
	if (output === undefined) return
	const data = output.data as Float32Array
	for (const [row, sample] of samples.entries()) {
		rows.data.set(data.subarray(row * units, (row + 1) * units), sample * units)
	}
}

/** Gradients of the mean loss of so many consecutive samples: the mean of their gradients. */
function batchMeans(rows: Tensor<"sample unit">, size: number): Tensor<"sample unit"> {
	const [samples, units] = rows.shape
	const batches = Math.ceil(samples / size)
	const means = new Float32Array(batches * units)
	for (let batch = 0; batch < batches; batch++) {
		const sums = new Float64Array(units)
		const end = Math.min(samples, (batch + 1) * size)
		for (let sample = batch * size; sample < end; sample++) {
			for (let unit = 0; unit < units; unit++) sums[unit]! += rows.data[sample * units + unit]!
		}
		for (let unit = 0; unit < units; unit++) means[batch * units + unit] = sums[unit]! / (end - batch * size)
	}
	return tensor("sample unit", [batches, units], means)
}
