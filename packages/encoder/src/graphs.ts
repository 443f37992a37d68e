import { type Graph, gradient, type InputShapes, type Ops, trace, type Value } from "@winnow/runtime"
import type { Loss } from "@winnow/tensor"
import { type Architecture, sublayersOf } from "./architecture.ts"
import { lossInputs, lossValue } from "./loss-value.ts"
import { encode, encoderProgram } from "./program.ts"
import type { EncoderWeights } from "./weights.ts"

/** Inputs of every graph that starts from tokens; `mask` is 1 at tokens and 0 at padding. */
export const tokenInputs = {
	ids: { shape: ["batch", "length"], type: "int" },
	segments: { shape: ["batch", "length"], type: "int" },
	mask: { shape: ["batch", "length"] },
} as const satisfies InputShapes

/** Token ids to `logits`: `[batch, c]`, or a span's start and end `[batch, 2, length]`. */
export function logitsGraph(architecture: Architecture, weights: EncoderWeights): Graph {
	return trace(tokenInputs, (ops, inputs) => {
		const program = encoderProgram(ops, architecture, weights)
		return { logits: encode(ops, { program, sublayers: sublayersOf(architecture) }, inputs) }
	})
}

/**
 * The same for strangers' software, under the names that Transformers gives: `input_ids`, `attention_mask` and, where a model tells kinds
 * of tokens apart, `token_type_ids`, all `int [batch_size, sequence_length]`, to `logits` `[batch_size, c]` or to `start_logits` and
 * `end_logits` `[batch_size, sequence_length]`.
 */
export function servedGraph(architecture: Architecture, weights: EncoderWeights): Graph {
	const tokens = { shape: ["batch_size", "sequence_length"], type: "int" } as const
	const kinds: InputShapes = architecture.segments > 1 ? { token_type_ids: tokens } : {}
	return trace({ input_ids: tokens, attention_mask: tokens, ...kinds }, (ops, inputs): Record<string, Value> => {
		const { input_ids: ids, attention_mask: mask, token_type_ids: segments } = inputs as Record<string, Value>
		const program = encoderProgram(ops, architecture, weights)
		const read = { ids: ids!, segments, mask: ops.toFloat(mask!) }
		const logits = encode(ops, { program, sublayers: sublayersOf(architecture) }, read)
		if (architecture.head === "classification") return { logits }
		const side = (index: number) => ops.reduceSum(ops.slice(logits, 1, { start: index, end: index + 1 }), [1])
		return { start_logits: side(0), end_logits: side(1) }
	})
}

/** The name of the output that holds the gradients of one sublayer. */
export const gradientOf = (sublayer: number) => `gradient${sublayer}`

/**
 * Token ids and what the loss is fed, to dLoss/dm of every sublayer, `[batch, unit]`: one row a sample, in one backward pass.
 *
 * With c' = m c the masked contexts (or activations), dL/dm = sum over tokens and channels of dL/dc' c: differentiating by c' and
 * summing per sample gives all samples' gradients at once, because no sample's loss depends on another's units.
 *
 * @param masks - values of the masks, one array a sublayer; default: ones
 */
export function maskGradientsGraph(
	architecture: Architecture,
	weights: EncoderWeights,
	{ loss, masks }: { readonly loss: Loss; readonly masks?: readonly Float32Array[] | undefined },
): Graph {
	const inputs = { ...tokenInputs, ...lossInputs(architecture, loss) }
	return trace(inputs, (ops, values) => {
		const taps: { sublayer: number; units: Value; masked: Value }[] = []
		const tap = (sublayer: number, units: Value) => {
			const masked = masks === undefined ? units : ops.mul(units, maskOf(ops, units, masks[sublayer]!))
			taps.push({ sublayer, units, masked })
			return masked
		}
		const program = encoderProgram(ops, architecture, weights)
		const logits = encode(ops, { program, sublayers: sublayersOf(architecture), tap }, values)
		const slopes = gradient(
			lossValue(ops, loss, { ...values, logits }),
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
