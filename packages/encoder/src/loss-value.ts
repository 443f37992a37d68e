import type { Ops, Value } from "@winnow/runtime"
import type { Loss } from "@winnow/tensor"

/** Numbers that a loss is fed for one sample: see `lossReferences`. */
export const referenceWidth = (loss: Loss, logits: number) => (loss === "sampled" ? 1 : logits)

/**
 * A loss whose gradient is the one asked for, summed over the batch, so that a sample's gradient does not depend on its companions.
 *
 * One logit is a regression. `[batch, c]`, `[batch, referenceWidth]` -> a scalar
 */
export function lossValue(
	ops: Ops,
	loss: Loss,
	{ logits, reference }: { readonly logits: Value; readonly reference: Value },
): Value {
	const regression = logits.shape[1] === 1
	if (loss === "logits") return total(ops, ops.mul(reference, logits))
	if (loss === "task") return regression ? squaredError(ops, logits, reference) : crossEntropy(ops, logits, reference)
	// (z - t)^2 at t = z + noise, t held constant, has the slope -2 noise.
	if (regression) return total(ops, ops.mul(ops.mul(reference, logits), ops.constant(-2)))
	return crossEntropy(ops, logits, drawnClass(ops, logits, reference))
}

const total = (ops: Ops, x: Value) => ops.reduceSum(x, [0, 1])

function crossEntropy(ops: Ops, logits: Value, target: Value): Value {
	return ops.mul(total(ops, ops.mul(ops.logSoftmax(logits), target)), ops.constant(-1))
}

function squaredError(ops: Ops, logits: Value, target: Value): Value {
	const error = ops.sub(logits, target)
	return total(ops, ops.mul(error, error))
}

/**
 * One-hot `[batch, c]`: the first class whose cumulative probability exceeds the uniform number. A constant to the gradient, because
 * a step is flat on both sides.
 */
function drawnClass(ops: Ops, logits: Value, uniform: Value): Value {
	const classes = logits.shape[1] as number
	const square = (element: (row: number, column: number) => number) =>
		ops.constant({
			shape: [classes, classes],
			data: Float32Array.from({ length: classes ** 2 }, (_, i) => element(Math.floor(i / classes), i % classes)),
		})
	// The last sum is 1 but for rounding: twice it, so that there always is a class.
	const toSums = square((row, column) => (row > column ? 0 : column === classes - 1 ? 2 : 1))
	const toDifferences = square((row, column) => (row === column ? 1 : row === column - 1 ? -1 : 0))
	const exceeds = step(ops, ops.sub(ops.matMul(ops.softmax(logits), toSums), uniform))
	return ops.matMul(exceeds, toDifferences)
}

/**
 * 1 where x is above 0, else 0: an error function so steep that its slope rounds to 0 wherever it is met.
 *
 * A float less a multiple of 2^-24 is 0 or far from it: the offset is too small to matter but where x is 0.
 */
function step(ops: Ops, x: Value): Value {
	const steep = ops.mul(ops.sub(x, ops.constant(2 ** -60)), ops.constant(2 ** 64))
	return ops.mul(ops.add(ops.erf(steep), ops.constant(1)), ops.constant(0.5))
}
