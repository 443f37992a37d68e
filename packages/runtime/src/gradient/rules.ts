import { UnsupportedError } from "@winnow/tensor"
import type { Value } from "../graph/graph.ts"
import type { OperationName, OperationNamed } from "../graph/operation.ts"
import { ops } from "../graph/ops.ts"

/**
 * Adjoints of the inputs of one node, from the adjoint of its value.
 *
 * @param value - the node y = f(x, ...)
 * @param dy - dL/dy, of y's shape, or broadcastable to it
 * @param needs - which inputs are asked for; the others may be left undefined
 * @returns one adjoint an input; it may have the broadcast shape, the caller sums it down
 */
type Rule = (value: Value, dy: Value, needs: readonly boolean[]) => readonly (Value | undefined)[]

const { add, broadcastTo, constant, div, erf, exp, expandDims, matMul, mul, reduceSum, sub } = ops

/** One rule an operation, written with operations. `y` the node, `x` its first input, `dy` and `dx` their adjoints. */
export const rules: { readonly [Name in OperationName]: Rule } = {
	input: () => [],
	constant: () => [],
	add: (_, dy) => [dy, dy],
	sub: (_, dy, [, needsB]) => [dy, needsB ? mul(dy, constant(-1)) : undefined],
	mul: ({ inputs: [a, b] }, dy, [needsA, needsB]) => [
		needsA ? mul(dy, b!) : undefined,
		needsB ? mul(dy, a!) : undefined,
	],
	div: (y, dy, [needsA, needsB]) => {
		const b = y.inputs[1]!
		return [needsA ? div(dy, b) : undefined, needsB ? mul(dy, div(mul(y, constant(-1)), b)) : undefined]
	},
	exp: (y, dy) => [mul(dy, y)],
	erf: ({ inputs: [x] }, dy) => [mul(dy, mul(constant(2 / Math.sqrt(Math.PI)), exp(mul(mul(x!, x!), constant(-1)))))],
	tanh: (y, dy) => [mul(dy, sub(constant(1), mul(y, y)))],
	gelu: ({ inputs: [x] }, dy) => [mul(dy, geluSlope(x!))],
	relu: ({ inputs: [x] }, dy) => [mul(dy, ops.step(x!))],
	step: () => [undefined],
	// dx = y (dy - sum(y dy))
	softmax: (y, dy) => {
		const weighted = mul(y, dy)
		return [sub(weighted, mul(y, sumLast(weighted)))]
	},
	// dx = dy - softmax(x) sum(dy); dy may still be repeated, so it is spread before it is summed
	logSoftmax: (y, dy) => {
		const spread = broadcastTo(dy, y)
		return [sub(spread, mul(exp(y), sumLast(spread)))]
	},
	layerNorm: layerNormRule,
	layerNormMean: () => noGradient("layerNormMean"),
	layerNormInverseDeviation: () => noGradient("layerNormInverseDeviation"),
	matMul: matMulRule,
	gather: () => noGradient("gather"),
	splitHeads: (_, dy) => [ops.mergeHeads(dy)],
	mergeHeads: ({ inputs: [x] }, dy) => [ops.splitHeads(dy, x!.shape[1] as number)],
	flattenRows: () => noGradient("flattenRows"),
	expandDims: (y, dy) => [reduceSum(broadcastTo(dy, y), axesOf(y))],
	slice: ({ inputs: [x], operation }, dy) => {
		const { axis, start } = operation as OperationNamed<"slice">
		return [ops.padTo(dy, x!, { axis, start })]
	},
	padTo: ({ inputs: [x], operation }, dy) => {
		const { axis, start } = operation as OperationNamed<"padTo">
		const size = x!.shape[axis]
		if (typeof size !== "number")
			throw new UnsupportedError("gradient", `padTo along the symbolic size ${size} has no gradient`)
		return [ops.slice(dy, axis, { start, end: start + size }), undefined]
	},
	reduceSum: (y, dy) => {
		const { keepDims } = y.operation as OperationNamed<"reduceSum">
		const spread = broadcastTo(dy, y)
		return [broadcastTo(keepDims ? spread : expandDims(spread, axesOf(y)), y.inputs[0]!)]
	},
	broadcastTo: (y, dy) => [broadcastTo(dy, y), undefined],
	iota: () => [undefined],
	toFloat: () => [undefined],
}

/**
 * d gelu/dx = Phi(x) + x phi(x) = (1 + erf(u)) / 2 + x exp(-u^2) / sqrt(2 pi),  u = x / sqrt 2
 *
 * 1 + erf(u) is spelled as gelu itself is lowered, so that a runtime that finds common subexpressions computes it once for both.
 */
function geluSlope(x: Value): Value {
	const u = div(x, constant(Math.SQRT2))
	const distribution = mul(add(erf(u), constant(1)), constant(0.5))
	const density = mul(x, exp(mul(mul(u, u), constant(-1))))
	return add(distribution, mul(density, constant(1 / Math.sqrt(2 * Math.PI))))
}

/**
 * With n = (x - mean) r, r the inverse deviation, g = dy scale:
 *
 *   dx = r (g - mean(g) - n mean(g n)),   dscale = dy n,   dbias = dy
 */
function layerNormRule(y: Value, dy: Value, [needsX, needsScale]: readonly boolean[]): readonly (Value | undefined)[] {
	const [x, scale] = y.inputs as [Value, Value, Value]
	const inverse = ops.layerNormInverseDeviation(y)
	const normalised = mul(sub(x, ops.layerNormMean(y)), inverse)
	const spread = broadcastTo(dy, y)
	const dScale = needsScale ? mul(spread, normalised) : undefined
	if (!needsX) return [undefined, dScale, spread]
	const width = constant(1 / (x.shape.at(-1) as number))
	const g = mul(spread, scale)
	const means = mul(sumLast(g), width)
	const along = mul(sumLast(mul(g, normalised)), width)
	return [mul(inverse, sub(sub(g, means), mul(normalised, along))), dScale, spread]
}

/** y = A B: dA = dy B^T, dB = A^T dy; a transposed operand gets the transposed adjoint. */
function matMulRule(y: Value, dy: Value, [needsA, needsB]: readonly boolean[]): readonly (Value | undefined)[] {
	const [a, b] = y.inputs as [Value, Value]
	const { transposeA, transposeB } = y.operation as OperationNamed<"matMul">
	const spread = broadcastTo(dy, y)
	const dA = transposeA
		? () => matMul(b, spread, { transposeA: transposeB, transposeB: true })
		: () => matMul(spread, b, { transposeB: !transposeB })
	const dB = transposeB
		? () => matMul(spread, a, { transposeA: true, transposeB: transposeA })
		: () => matMul(a, spread, { transposeA: !transposeA })
	return [needsA ? dA() : undefined, needsB ? dB() : undefined]
}

const sumLast = (x: Value) => reduceSum(x, [x.shape.length - 1], { keepDims: true })

const axesOf = (y: Value) => (y.operation as OperationNamed<"expandDims" | "reduceSum">).axes

function noGradient(name: OperationName): never {
	throw new UnsupportedError("gradient", `${name} has no gradient`)
}
