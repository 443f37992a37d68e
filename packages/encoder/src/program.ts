import type { Ops, Value } from "@winnow/runtime"
import { type Sublayer, tensor } from "@winnow/tensor"
import type { Architecture } from "./architecture.ts"
import type { EncoderWeights, LayerWeights, Linear, Norm } from "./weights.ts"

/**
 * The forward pass of a BERT-class encoder, written once; every graph that Winnow runs is made of these pieces.
 *
 * Letters: `B` batch, `T` length, `d` hidden size, `h` heads, `e` channels of a head, `n` neurons.
 */
export interface EncoderProgram {
	/** ids, segments `int [B, T]` -> `[B, T, d]`; without segments all tokens are of the first. */
	embed(ids: Value, segments: Value | undefined): Value
	/** Concatenated head contexts as `[B, h, T, e]`, or undefined without heads. `first`: queries at [CLS] only, T = 1. */
	contexts(layer: number, x: Value, o: { readonly bias: Value; readonly first?: boolean }): Value | undefined
	/** Activations after GELU `[B, T, n]`, or undefined without neurons. */
	activations(layer: number, x: Value): Value | undefined
	/** What the sublayer adds to the residual stream: contexts W_O + b_O. */
	attentionOutput(layer: number, contexts: Value | undefined): Value
	ffnOutput(layer: number, activations: Value | undefined): Value
	attentionNorm(layer: number, x: Value): Value
	ffnNorm(layer: number, x: Value): Value
	/** `[B, T, d]` -> logits: `[B, c]` from the first token, or `[B, 2, T]`, start and end, from all. */
	head(x: Value): Value
}

/** What a score gets where the key is padding: its probability is exactly 0 in float32. */
const masked = 1e9

/** mask `[B, T]` of ones at tokens and zeros at padding -> what is added to attention scores, `[B, 1, 1, T]`. */
export function attentionBias(ops: Ops, mask: Value): Value {
	return ops.expandDims(ops.mul(ops.sub(mask, ops.constant(1)), ops.constant(masked)), [1, 2])
}

export function firstToken(ops: Ops, x: Value): Value {
	return ops.slice(x, 1, { start: 0, end: 1 })
}

export function encoderProgram(ops: Ops, architecture: Architecture, weights: EncoderWeights): EncoderProgram {
	const { headSize, epsilon } = architecture
	const constants = new Map<Float32Array, Value>()
	const constant = (shape: readonly number[], data: Float32Array): Value => {
		const known = constants.get(data) ?? ops.constant({ shape, data })
		constants.set(data, known)
		return known
	}
	const vector = (data: Float32Array) => constant([data.length], data)
	const linear = (x: Value, { weights: w, bias }: Linear) =>
		ops.add(ops.matMul(x, constant(w.shape, w.data)), vector(bias))
	const norm = (x: Value, { scale, bias }: Norm) =>
		ops.layerNorm(x, { scale: vector(scale), bias: vector(bias), epsilon })
	const layerOf = (layer: number): LayerWeights => weights.layers[layer]!
	const output = (inputs: Value | undefined, projection: Linear) =>
		inputs === undefined ? vector(projection.bias) : linear(inputs, projection)

	return {
		embed(ids, segments) {
			const table = ({ shape, data }: EncoderWeights["word"], rows: Value) => ops.gather(constant(shape, data), rows)
			const positions = table(rowsFrom(weights.position, architecture.firstPosition), ops.iota(ids, 1))
			const words = table(weights.word, ids)
			const segmentsOf = (kinds: EncoderWeights["word"], rows: Value | undefined) =>
				rows === undefined ? vector(kinds.data.subarray(0, kinds.shape[1])) : table(kinds, rows)
			const typed = weights.segment === undefined ? words : ops.add(words, segmentsOf(weights.segment, segments))
			return norm(ops.add(typed, positions), weights.embeddingNorm)
		},
		contexts(layer, x, { bias, first = false }) {
			const heads = architecture.heads[layer]!
			if (heads === 0) return undefined
			const { query, key, value } = layerOf(layer)
			const split = (rows: Value, projection: Linear) => ops.splitHeads(linear(rows, projection), heads)
			const queries = split(first ? firstToken(ops, x) : x, query)
			const products = ops.matMul(queries, split(x, key), { transposeB: true })
			const scores = ops.add(ops.mul(products, ops.constant(1 / Math.sqrt(headSize))), bias)
			return ops.matMul(ops.softmax(scores), split(x, value))
		},
		activations(layer, x) {
			return architecture.neurons[layer] === 0 ? undefined : ops.gelu(linear(x, layerOf(layer).ffnInput))
		},
		attentionOutput(layer, contexts) {
			return output(contexts === undefined ? undefined : ops.mergeHeads(contexts), layerOf(layer).attentionOutput)
		},
		ffnOutput: (layer, activations) => output(activations, layerOf(layer).ffnOutput),
		attentionNorm: (layer, x) => norm(x, layerOf(layer).attentionNorm),
		ffnNorm: (layer, x) => norm(x, layerOf(layer).ffnNorm),
		head(x) {
			// [B, T, 2] -> [B, 2, T, 1] -> [B, 2, T]
			if (weights.pooler === undefined) return ops.reduceSum(ops.splitHeads(linear(x, weights.classifier), 2), [3])
			const first = ops.reduceSum(firstToken(ops, x), [1])
			return linear(ops[architecture.poolerActivation](linear(first, weights.pooler)), weights.classifier)
		},
	}
}

/** The rows of a table from `first` on, not copied. */
function rowsFrom({ shape: [rows, width], data }: EncoderWeights["word"], first: number): EncoderWeights["word"] {
	return tensor("row hidden", [rows - first, width], data.subarray(first * width))
}

/** Called with the inputs of every output projection; what it returns goes on. Head contexts `[B, h, T, e]`, activations `[B, T, n]`. */
export type Tap = (sublayer: number, units: Value) => Value

export interface Pass {
	readonly program: EncoderProgram
	readonly sublayers: readonly Sublayer[]
	readonly tap?: Tap
	/** Shown what every layer normalisation reads: residual plus output of a sublayer, `[B, T, d]`. */
	readonly onSum?: (sublayer: number, sum: Value) => void
}

/** The whole pass from token ids to logits. In the last layer only [CLS] is computed where nothing else is read: lossless. */
export function encode(
	ops: Ops,
	{ program, sublayers, tap = (_, units) => units, onSum = () => {} }: Pass,
	{ ids, segments, mask }: { ids: Value; segments: Value | undefined; mask: Value },
): Value {
	const sum = (sublayer: number, residual: Value, output: Value) => {
		const both = ops.add(residual, output)
		onSum(sublayer, both)
		return both
	}
	const bias = attentionBias(ops, mask)
	const tapped = (sublayer: number, units: Value | undefined) => units && tap(sublayer, units)
	let x = program.embed(ids, segments)
	for (let layer = 0; layer < sublayers.length / 2; layer++) {
		const first = sublayers[2 * layer]!.reads === "first"
		const contexts = tapped(2 * layer, program.contexts(layer, x, { bias, first }))
		const residual = first ? firstToken(ops, x) : x
		x = program.attentionNorm(layer, sum(2 * layer, residual, program.attentionOutput(layer, contexts)))
		const activations = tapped(2 * layer + 1, program.activations(layer, x))
		x = program.ffnNorm(layer, sum(2 * layer + 1, x, program.ffnOutput(layer, activations)))
	}
	return program.head(x)
}
