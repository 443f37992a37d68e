import { type Graph, gradient, type Ops, trace, type Value } from "@winnow/runtime"
import type { Loss } from "@winnow/tensor"
import { sublayersOf } from "./architecture.ts"
import { tokenInputs } from "./graphs.ts"
import { lossInputs, lossValue } from "./loss-value.ts"
import { encode, encoderProgram } from "./program.ts"
import type { Model } from "./slimmed.ts"
import { upperTriangle } from "./upper-triangle.ts"

/** Names of the outputs of one sublayer: upper triangles of its sums. */
export const gramOf = (sublayer: number) => `gram${sublayer}`
export const sensitivityOf = (sublayer: number) => `sensitivity${sublayer}`

/**
 * Token ids and what the loss is fed, to the sums of a^T a and delta^T delta of some sublayers: one forward and one backward pass.
 *
 * a are the inputs of the output projection, delta = dLoss/dy: y meets the rest of the model in the sum of residual and output alone, so
 * that delta is the slope by that sum (and exists without units, too). Padding is zeroed in a; in delta it is zero: nothing reads it.
 *
 * @param sublayers - which; the backward pass ends at the lowest of them
 */
export function statisticsGraph(
	{ architecture, weights }: Model,
	{ loss, sublayers }: { readonly loss: Loss; readonly sublayers: readonly number[] },
): Graph {
	const all = sublayersOf(architecture)
	const fed = { ...tokenInputs, ...lossInputs(architecture, loss) }
	return trace(fed, (ops, values) => {
		const units = new Map<number, Value>()
		const sums = new Map<number, Value>()
		const tap = (sublayer: number, value: Value) => {
			units.set(sublayer, value)
			return value
		}
		const onSum = (sublayer: number, value: Value) => sums.set(sublayer, value)
		const program = encoderProgram(ops, architecture, weights)
		const logits = encode(ops, { program, sublayers: all, tap, onSum }, values)
		const slopes = gradient(
			lossValue(ops, loss, { ...values, logits }),
			sublayers.map((sublayer) => sums.get(sublayer)!),
		)
		const outputs = sublayers.map((sublayer, i) => {
			const inputs = units.get(sublayer)
			const mask = all[sublayer]!.reads === "tokens" ? values.mask : undefined
			return {
				...(inputs && upperTriangle(ops, rowsOf(ops, inputs, mask), gramOf(sublayer))),
				...upperTriangle(ops, ops.flattenRows(slopes[i]!), sensitivityOf(sublayer)),
			}
		})
		return Object.fromEntries(outputs.flatMap((some) => Object.entries(some)))
	})
}

/** Contexts `[B, h, T, e]` or activations `[B, T, n]` as `[B T, n]`, zeros at padding. */
function rowsOf(ops: Ops, units: Value, mask: Value | undefined): Value {
	const inputs = units.shape.length === 4 ? ops.mergeHeads(units) : units
	return ops.flattenRows(mask === undefined ? inputs : ops.mul(inputs, ops.expandDims(mask, [2])))
}
