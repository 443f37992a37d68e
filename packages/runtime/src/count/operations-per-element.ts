import type { OperationName } from "../graph/operation.ts"

/**
 * Floating-point operations that an element of each operation takes, by the convention that an addition, a multiplication, a
 * division, a comparison and a transcendental function are one each. What is needed once a row (a logarithm, a square
 * root) is left out, and moving elements is free.
 */
export const operationsPerElement: { readonly [Name in OperationName]: number } = {
	input: 0,
	constant: 0,
	add: 1,
	sub: 1,
	mul: 1,
	div: 1,
	exp: 1,
	erf: 1,
	tanh: 1,
	/** x / sqrt 2, erf, + 1, times x, / 2 */
	gelu: 5,
	relu: 1,
	step: 1,
	/** maximum, difference, exponential, sum, quotient */
	softmax: 5,
	/** maximum, difference, exponential, sum, difference */
	logSoftmax: 5,
	/** sum, difference, square, sum, times the inverse deviation, times scale, plus bias */
	layerNorm: 7,
	/** layerNorm has them anyway. */
	layerNormMean: 0,
	layerNormInverseDeviation: 0,
	/** Counted as multiply-accumulates. */
	matMul: 0,
	gather: 0,
	splitHeads: 0,
	mergeHeads: 0,
	flattenRows: 0,
	expandDims: 0,
	slice: 0,
	padTo: 0,
	reduceSum: 1,
	broadcastTo: 0,
	iota: 0,
	toFloat: 0,
}
