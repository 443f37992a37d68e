import { gradient } from "../gradient/gradient.ts"
import type { Data, Graph, Value } from "../graph/graph.ts"
import { type InputShapes, type Ops, trace } from "../graph/ops.ts"
import { elements } from "../graph/shapes.ts"
import { drawnFeeds } from "./operation-case.ts"
import { between, drawn, indexBelow, type Random, random } from "./random.ts"

const hidden = 8
const channels = 4
const vocabulary = 11
const positions = 6
const classes = 3
const epsilon = 1e-5

/** Heads and neurons of each layer. */
export interface Widths {
	readonly heads: readonly number[]
	readonly neurons: readonly number[]
}

/** The inputs that are differentiated by, in model order: one mask a sample and unit. */
export function maskKeys({ heads }: Widths): readonly string[] {
	return heads.flatMap((_, layer) => [`head_mask_${layer}`, `neuron_mask_${layer}`])
}

/**
 * A small classifier with everything that a real encoder has, and the gradients of its masks.
 *
 * Embeddings with positions, attention under a padding mask, GELU, layer normalisation after each residual sum, the last
 * layer at the first token only, cross-entropy summed over samples.
 *
 * @returns outputs `logits [batch, classes]`, `loss []` and `slope_KEY [batch, unit]` for every mask
 */
export function miniatureEncoder(widths: Widths): Graph {
	return trace(inputsOf(widths), (ops, inputs) => {
		const logits = encoded(ops, widths, inputs)
		const loss = ops.mul(ops.reduceSum(ops.mul(ops.logSoftmax(logits), inputs.target!), [0, 1]), ops.constant(-1))
		const keys = maskKeys(widths)
		const slopes = gradient(
			loss,
			keys.map((key) => inputs[key]!),
		)
		return { logits, loss, ...Object.fromEntries(keys.map((key, i) => [`slope_${key}`, slopes[i]!])) }
	})
}

/** Samples of lengths `length`, `length - 1`, ..., at least 1, padded to `length`, with masks around 1. */
export function miniatureFeeds(widths: Widths, sizes: { readonly batch: number; readonly length: number }) {
	const { batch, length } = sizes
	const masks = Object.fromEntries(maskKeys(widths).map((key) => [key, between(0.5, 1.5)]))
	const feeds = drawnFeeds(inputsOf(widths), sizes, { ids: indexBelow(vocabulary), ...masks })
	const lengthOf = (sample: number) => Math.max(1, length - sample)
	return {
		...feeds,
		mask: filled([batch, length], ([sample, token]) => (token! < lengthOf(sample!) ? 1 : 0)),
		target: filled([batch, classes], ([sample, label]) => (label === sample! % classes ? 1 : 0)),
	}
}

function inputsOf({ heads, neurons }: Widths): InputShapes {
	const headMasks = heads.map((count, layer) => [`head_mask_${layer}`, { shape: ["batch", count] }] as const)
	const neuronMasks = neurons.map((count, layer) => [`neuron_mask_${layer}`, { shape: ["batch", count] }] as const)
	return {
		ids: { shape: ["batch", "length"], type: "int" },
		mask: { shape: ["batch", "length"] },
		target: { shape: ["batch", classes] },
		...Object.fromEntries([...headMasks, ...neuronMasks]),
	}
}

function encoded(ops: Ops, { heads, neurons }: Widths, inputs: Readonly<Record<string, Value>>): Value {
	const parameters = parametersOf(ops, random(7))
	const { linear, norm, table } = parameters
	const bias = ops.mul(ops.sub(ops.expandDims(inputs.mask!, [1, 2]), ops.constant(1)), ops.constant(1e9))
	const words = ops.gather(table(vocabulary), inputs.ids!)
	let x = norm(ops.add(words, ops.gather(table(positions), ops.iota(inputs.ids!, 1))))
	for (const [layer, count] of heads.entries()) {
		const last = layer === heads.length - 1
		const rows = last ? ops.slice(x, 1, { start: 0, end: 1 }) : x
		const headMask = inputs[`head_mask_${layer}`]!
		const contexts = attention(ops, { parameters, heads: count, rows, x, bias, headMask })
		x = norm(ops.add(rows, linear(contexts, count * channels, hidden)))
		const activations = ops.gelu(linear(x, hidden, neurons[layer]!))
		const masked = ops.mul(activations, ops.expandDims(inputs[`neuron_mask_${layer}`]!, [1]))
		x = norm(ops.add(x, linear(masked, neurons[layer]!, hidden)))
	}
	const pooled = ops.tanh(linear(ops.reduceSum(x, [1]), hidden, hidden))
	return linear(pooled, hidden, classes)
}

interface Attention {
	readonly parameters: ReturnType<typeof parametersOf>
	readonly heads: number
	/** What asks, and what is asked: `[batch, 1 or length, hidden]`, `[batch, length, hidden]`. */
	readonly rows: Value
	readonly x: Value
	/** Added to the scores, `[batch, 1, 1, length]`. */
	readonly bias: Value
	readonly headMask: Value
}

function attention(ops: Ops, { parameters: { linear }, heads, rows, x, bias, headMask }: Attention): Value {
	const split = (from: Value) => ops.splitHeads(linear(from, hidden, heads * channels), heads)
	const [query, key, value] = [split(rows), split(x), split(x)]
	const products = ops.matMul(query, key, { transposeB: true })
	const scores = ops.add(ops.mul(products, ops.constant(1 / Math.sqrt(channels))), bias)
	const shares = ops.mul(ops.softmax(scores), ops.expandDims(headMask, [2, 3]))
	return ops.mergeHeads(ops.matMul(shares, value))
}

/** Constants with random elements, drawn in the order in which they are asked for. */
function parametersOf(ops: Ops, stream: Random) {
	const array = (shape: readonly number[], draw = between(-0.8, 0.8)) =>
		ops.constant({ shape, data: drawn(elements(shape), stream, draw) })
	return {
		table: (rows: number) => array([rows, hidden]),
		linear: (x: Value, from: number, to: number) => ops.add(ops.matMul(x, array([from, to])), array([to])),
		norm: (x: Value) => ops.layerNorm(x, { scale: array([hidden], between(0.5, 1.5)), bias: array([hidden]), epsilon }),
	}
}

function filled(shape: readonly [number, number], of: (index: readonly number[]) => number): Data {
	const [rows, columns] = shape
	const data = Float32Array.from({ length: rows * columns }, (_, i) => of([Math.floor(i / columns), i % columns]))
	return { shape, data }
}
