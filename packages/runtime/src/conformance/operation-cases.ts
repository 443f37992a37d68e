import type { OperationName } from "../graph/operation.ts"
import { broadcastToCases, expandDimsCases, padToCases, reduceSumCases, sliceCases } from "./cases/axes.ts"
import { binaryCases, unaryCases } from "./cases/elementwise.ts"
import { flattenRowsCases, mergeHeadsCases, splitHeadsCases } from "./cases/heads.ts"
import { constantCases, gatherCases, inputCases, iotaCases, toFloatCases } from "./cases/leaves.ts"
import { linearCases } from "./cases/linear.ts"
import { matMulCases } from "./cases/mat-mul.ts"
import { layerNormCases, layerNormInverseDeviationCases, layerNormMeanCases, softmaxCases } from "./cases/rows.ts"
import type { OperationCase } from "./operation-case.ts"

/** What every runtime is tried with, for every operation there is. */
export const operationCases: { readonly [Name in OperationName]: readonly OperationCase[] } = {
	input: inputCases,
	constant: constantCases,
	add: binaryCases("add"),
	sub: binaryCases("sub"),
	mul: binaryCases("mul"),
	div: binaryCases("div"),
	exp: unaryCases("exp"),
	erf: unaryCases("erf"),
	tanh: unaryCases("tanh"),
	gelu: unaryCases("gelu"),
	relu: unaryCases("relu"),
	step: unaryCases("step"),
	softmax: softmaxCases("softmax"),
	logSoftmax: softmaxCases("logSoftmax"),
	layerNorm: layerNormCases,
	layerNormMean: layerNormMeanCases,
	layerNormInverseDeviation: layerNormInverseDeviationCases,
	matMul: [...matMulCases, ...linearCases],
	gather: gatherCases,
	splitHeads: splitHeadsCases,
	mergeHeads: mergeHeadsCases,
	flattenRows: flattenRowsCases,
	expandDims: expandDimsCases,
	slice: sliceCases,
	padTo: padToCases,
	reduceSum: reduceSumCases,
	broadcastTo: broadcastToCases,
	iota: iotaCases,
	toFloat: toFloatCases,
}
