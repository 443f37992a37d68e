import type { Ops, Value } from "@winnow/runtime"
import type { Loss } from "@winnow/tensor"
import type { Architecture } from "./architecture.ts"

/** What a loss is fed besides tokens, by the names of the graphs' inputs: see `lossFeeds`. */
export function lossInputs({ head, logits }: Pick<Architecture, "head" | "logits">, loss: Loss) {
	if (head === "span") return spanInputs(loss)
	return { reference: { shape: ["batch", loss === "sampled" ? 1 : logits] } } as const
}

/** `running` and `steps` are what turns probabilities into a drawn token: see {@link drawn}. */
function spanInputs(loss: Loss) {
	if (loss !== "sampled") return { reference: { shape: ["batch", 2, "length"] } } as const
	const square = { shape: ["length", "length"] } as const
	return { reference: { shape: ["batch", 2, 1] }, running: square, steps: square } as const
}

/**
 * A loss whose gradient is the one asked for, summed over the batch, so that a sample's gradient does not depend on its companions.
 *
 * Classification `[batch, c]`, where one logit is a regression; a span's start and end `[batch, 2, length]`, whose cross-entropies are
 * averaged over the two -> a scalar
 */
export function lossValue(
	ops: Ops,
	loss: Loss,
	{ logits, mask, ...fed }: { readonly logits: Value; readonly mask: Value; readonly reference: Value } & Squares,
): Value {
	const { reference } = fed
	if (loss === "logits") return total(ops, ops.mul(reference, logits))
	if (logits.shape.length === 3) return spanLoss(ops, loss, { ...fed, scores: withoutPadding(ops, logits, mask) })
	const regression = logits.shape[1] === 1
	if (loss === "task") return regression ? squaredError(ops, logits, reference) : crossEntropy(ops, logits, reference)
	// (z - t)^2 at t = z + noise, t held constant, has the slope -2 noise.
	if (regression) return total(ops, ops.mul(ops.mul(reference, logits), ops.constant(-2)))
	return crossEntropy(ops, logits, drawn(ops, logits, { reference, ...squaresOf(ops, logits.shape[1] as number) }))
}

/** See {@link drawn}. */
interface Squares {
	readonly running?: Value
	readonly steps?: Value
}

const total = (ops: Ops, x: Value) => ops.reduceSum(x, [...x.shape.keys()])

function crossEntropy(ops: Ops, logits: Value, target: Value): Value {
	return ops.mul(total(ops, ops.mul(ops.logSoftmax(logits), target)), ops.constant(-1))
}

function squaredError(ops: Ops, logits: Value, target: Value): Value {
	const error = ops.sub(logits, target)
	return total(ops, ops.mul(error, error))
}

function spanLoss(
	ops: Ops,
	loss: Loss,
	{ scores, reference, running, steps }: { readonly scores: Value; readonly reference: Value } & Squares,
): Value {
	const target = loss === "task" ? reference : drawn(ops, scores, { reference, running: running!, steps: steps! })
	return ops.mul(crossEntropy(ops, scores, target), ops.constant(0.5))
}

/** Logits of padding so low that their probability is exactly 0 in float32. mask `[batch, length]` */
function withoutPadding(ops: Ops, logits: Value, mask: Value): Value {
	return ops.add(logits, ops.expandDims(ops.mul(ops.sub(mask, ops.constant(1)), ops.constant(1e9)), [1]))
}

/**
 * One-hot over the last axis: the first class whose running sum of probabilities exceeds the uniform number of `reference`. A constant
 * to the gradient, because a step is flat on both sides.
 *
 * @param running - square: times it, a row becomes its running sums
 * @param steps - square: times it, a row becomes the differences of neighbours
 */
function drawn(
	ops: Ops,
	logits: Value,
	{ reference, running, steps }: { readonly reference: Value } & Required<Squares>,
): Value {
	const above = ops.sub(ops.matMul(ops.softmax(logits), running), reference)
	// Probabilities that float32 rounds to 0 are none in float64 either.
	const exceeds = ops.step(ops.sub(above, ops.constant(2 ** -60)))
	return ops.matMul(exceeds, steps)
}

function squaresOf(ops: Ops, size: number): Required<Squares> {
	const { running, steps } = squares(size)
	const constant = (data: Float32Array) => ops.constant({ shape: [size, size], data })
	return { running: constant(running), steps: constant(steps) }
}

/** `running` and `steps` of {@link drawn} for rows of this size. */
export function squares(size: number): { readonly running: Float32Array; readonly steps: Float32Array } {
	const square = (element: (row: number, column: number) => number) =>
		Float32Array.from({ length: size ** 2 }, (_, i) => element(Math.floor(i / size), i % size))
	return {
		// The last sum is 1 but for rounding: twice it, so that there always is a class.
		running: square((row, column) => (row > column ? 0 : column === size - 1 ? 2 : 1)),
		steps: square((row, column) => (row === column ? 1 : row === column - 1 ? -1 : 0)),
	}
}
