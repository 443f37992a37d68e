import { narrowestDtype, type StoredTensor } from "@winnow/checkpoint"
import type { Storage } from "./rounded-weights.ts"
import { transposed } from "./transposed.ts"
import type { EncoderWeights, Linear, Norm } from "./weights.ts"

/**
 * The tensors of a model as its family names and orients them.
 *
 * Lossless: a tensor has the dtype that `storage` names where every element survives it, else F32.
 * Sublayers without units keep the matrix of their output, `[d, 0]` and no bytes, and its bias: loaders that know one width for all
 * layers stop at its shape, where they would draw what is missing at random. Their other matrices are left out.
 */
export function* storedTensors(weights: EncoderWeights, { names, head, dtypeOf }: Storage): Generator<StoredTensor> {
	const stored = (name: string, shape: readonly number[], data: Float32Array): StoredTensor => {
		return { name, dtype: narrowestDtype(data, dtypeOf(name)), shape, data }
	}
	const vectors = (name: string, { scale, bias }: Norm) => [
		stored(`${name}.weight`, [scale.length], scale),
		stored(`${name}.bias`, [bias.length], bias),
	]
	const linear = (name: string, { weights: { shape, data }, bias }: Linear) => {
		const [inputs, outputs] = shape
		if (outputs === 0) return []
		return [
			stored(`${name}.weight`, [outputs, inputs], transposed(data, inputs, outputs)),
			stored(`${name}.bias`, [outputs], bias),
		]
	}
	for (const part of ["word", "position", "segment"] as const) {
		const table = weights[part]
		if (table !== undefined) yield stored(`${names[part]}.weight`, table.shape, table.data)
	}
	yield* vectors(names.embeddingNorm, weights.embeddingNorm)
	for (const [index, layer] of weights.layers.entries()) {
		const of = names.layer(index)
		for (const part of ["query", "key", "value", "attentionOutput", "ffnInput", "ffnOutput"] as const) {
			yield* linear(of[part], layer[part])
		}
		yield* vectors(of.attentionNorm, layer.attentionNorm)
		yield* vectors(of.ffnNorm, layer.ffnNorm)
	}
	if (head.pooler !== undefined && weights.pooler !== undefined) yield* linear(head.pooler.name, weights.pooler)
	yield* linear(head.output, weights.classifier)
}
