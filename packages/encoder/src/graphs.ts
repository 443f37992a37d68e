import { type Graph, gradient, type InputShapes, type Ops, trace, type Value } from "@winnow/runtime"
import type { Architecture } from "./architecture.ts"
import { encode, encoderProgram } from "./program.ts"
import type { EncoderWeights } from "./weights.ts"

/** Inputs of every graph that starts from tokens; `mask` is 1 at tokens and 0 at padding. */
export const tokenInputs = {
	ids: { shape: ["batch", "length"], type: "int" },
	segments: { shape: ["batch", "length"], type: "int" },
	mask: { shape: ["batch", "length"] },
} as const satisfies InputShapes

/** Token ids to `logits [batch, c]`. */
export function logitsGraph(architecture: Architecture, weights: EncoderWeights): Graph {
	return trace(tokenInputs, (ops, inputs) => {
		const program = encoderProgram(ops, architecture, weights)
		return { logits: encode(ops, { program, layers: weights.layers.length }, inputs) }
	})
}

/** The name of the output that holds the gradients of one sublayer. */
export const gradientOf = (sublayer: number) => `gradient${sublayer}`

/**
 * Token ids and targets to dLoss/dm of every sublayer, `[batch, unit]`: one row a sample, in one backward pass.
 *
 * With c' = m c the masked contexts (or activations), dL/dm = sum over tokens and channels of dL/dc' c: differentiating by c' and
 * summing per sample gives all samples' gradients at once, because no sample's loss depends on another's units.
 *
 * `target` is `[batch, c]`: a distribution over classes (cross-entropy), or the value (squared error) of a regression.
 *
 * @param masks - values of the masks, one array a sublayer; default: ones
 */
export function maskGradientsGraph(
	architecture: Architecture,
	weights: EncoderWeights,
	{ regression, masks }: { readonly regression: boolean; readonly masks?: readonly Float32Array[] | undefined },
): Graph {
	const inputs = { ...tokenInputs, target: { shape: ["batch", architecture.logits] } } as const satisfies InputShapes
	return trace(inputs, (ops, { target, ...tokens }) => {
		const taps: { sublayer: number; units: Value; masked: Value }[] = []
		const tap = (sublayer: number, units: Value) => {
			const masked = masks === undefined ? units : ops.mul(units, maskOf(ops, units, masks[sublayer]!))
			taps.push({ sublayer, units, masked })
			return masked
		}
		const program = encoderProgram(ops, architecture, weights)
		const logits = encode(ops, { program, layers: weights.layers.length, tap }, tokens)
		const slopes = gradient(
			regression ? squaredError(ops, logits, target) : crossEntropy(ops, logits, target),
			taps.map(({ masked }) => masked),
		)
		return Object.fromEntries(
			taps.map(({ sublayer, units }, i) => {
				const perToken = ops.mul(slopes[i]!, units)
				const sum = ops.reduceSum(perToken, isHeads(units) ? [2, 3] : [1])
				return [gradientOf(sublayer), sum]
			}),
		)
	})
}

/** Contexts are `[B, h, T, e]`, activations `[B, T, n]`. */
const isHeads = (units: Value) => units.shape.length === 4

function maskOf(ops: Ops, units: Value, data: Float32Array): Value {
	const shape = isHeads(units) ? [data.length, 1, 1] : [data.length]
	return ops.constant({ shape, data })
}

/** Summed over the batch: a sample's gradient does not depend on its companions. */
function crossEntropy(ops: Ops, logits: Value, target: Value): Value {
	return ops.mul(ops.reduceSum(ops.mul(ops.logSoftmax(logits), target), [0, 1]), ops.constant(-1))
}

function squaredError(ops: Ops, logits: Value, target: Value): Value {
	const error = ops.sub(logits, target)
	return ops.reduceSum(ops.mul(error, error), [0, 1])
}
