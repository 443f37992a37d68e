import { narrowestDtype, roundedTo, type WeightDtype } from "@winnow/checkpoint"
import { tensor } from "@winnow/tensor"
import type { Head, ParameterNames } from "./families/family.ts"
import type { EncoderWeights, LayerWeights, Linear, Norm } from "./weights.ts"

/** By which name a tensor is stored, and as what. */
export interface Storage {
	readonly names: ParameterNames
	readonly head: Head
	/** The dtype that a tensor of this name is stored as where that loses nothing. */
	dtypeOf(name: string): WeightDtype
}

/** A weight that a dtype cannot hold. */
export interface Overflow {
	readonly tensor: string
	readonly value: number
}

/**
 * The weights rounded to the dtypes that they are to be stored as: the same object where that changes nothing.
 *
 * @returns instead of weights, the first one that becomes infinite
 */
export function roundedWeights(
	weights: EncoderWeights,
	storage: Storage,
): { readonly weights: EncoderWeights; readonly overflow?: undefined } | { readonly overflow: Overflow } {
	let overflow: Overflow | undefined
	let isSame = true
	const rounded = mapped(weights, storage, (name, data) => {
		const values = roundedTo(data, storage.dtypeOf(name))
		if (values === data) return data
		isSame = false
		const at = values.findIndex((value) => !Number.isFinite(value))
		if (at >= 0) overflow ??= { tensor: name, value: data[at]! }
		return values
	})
	if (overflow !== undefined) return { overflow }
	return { weights: isSame ? weights : rounded }
}

/** The dtypes that the weights are stored as, each once. */
export function storedDtypes(weights: EncoderWeights, storage: Storage): ReadonlySet<WeightDtype> {
	const dtypes = new Set<WeightDtype>()
	mapped(weights, storage, (name, data) => {
		dtypes.add(narrowestDtype(data, storage.dtypeOf(name)))
		return data
	})
	return dtypes
}

type Change = (name: string, data: Float32Array) => Float32Array

/** Element by element: matrices may lie transposed in the file. */
function mapped(weights: EncoderWeights, { names, head }: Storage, change: Change): EncoderWeights {
	const table = (name: string, { shape, data }: EncoderWeights["word"]) =>
		tensor("row hidden", shape, change(`${name}.weight`, data))
	const norm = (name: string, { scale, bias }: Norm): Norm => ({
		scale: change(`${name}.weight`, scale),
		bias: change(`${name}.bias`, bias),
	})
	const linear = (name: string, { weights: { shape, data }, bias }: Linear): Linear => {
		const [inputs, outputs] = shape
		if (outputs === 0) return { weights: tensor("in out", [inputs, outputs], data), bias }
		return {
			weights: tensor("in out", shape, change(`${name}.weight`, data)),
			bias: change(`${name}.bias`, bias),
		}
	}
	const layerOf = (layer: LayerWeights, index: number): LayerWeights => {
		const of = names.layer(index)
		return {
			query: linear(of.query, layer.query),
			key: linear(of.key, layer.key),
			value: linear(of.value, layer.value),
			attentionOutput: linear(of.attentionOutput, layer.attentionOutput),
			attentionNorm: norm(of.attentionNorm, layer.attentionNorm),
			ffnInput: linear(of.ffnInput, layer.ffnInput),
			ffnOutput: linear(of.ffnOutput, layer.ffnOutput),
			ffnNorm: norm(of.ffnNorm, layer.ffnNorm),
		}
	}
	return {
		word: table(names.word, weights.word),
		position: table(names.position, weights.position),
		segment:
			names.segment === undefined || weights.segment === undefined ? undefined : table(names.segment, weights.segment),
		embeddingNorm: norm(names.embeddingNorm, weights.embeddingNorm),
		layers: weights.layers.map(layerOf),
		pooler: head.pooler && weights.pooler && linear(head.pooler.name, weights.pooler),
		classifier: linear(head.output, weights.classifier),
	}
}
