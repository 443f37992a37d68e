import type { NumericArray } from "@winnow/tensor"

/** What a node computes, with everything about it that is not a value of the graph. */
export type Operation =
	| { readonly name: "input"; readonly key: string }
	| { readonly name: "constant"; readonly data: NumericArray }
	| { readonly name: "add" | "sub" | "mul" | "div" }
	| { readonly name: "exp" | "erf" | "tanh" | "gelu" | "relu" | "step" }
	| { readonly name: "softmax" | "logSoftmax" }
	| { readonly name: "layerNorm"; readonly epsilon: number }
	| { readonly name: "layerNormMean" | "layerNormInverseDeviation" }
	| { readonly name: "matMul"; readonly transposeA: boolean; readonly transposeB: boolean }
	| { readonly name: "gather" }
	| { readonly name: "splitHeads"; readonly heads: number }
	| { readonly name: "mergeHeads" }
	| { readonly name: "flattenRows" }
	| { readonly name: "expandDims"; readonly axes: readonly number[] }
	| { readonly name: "slice"; readonly axis: number; readonly start: number; readonly end: number }
	| { readonly name: "padTo"; readonly axis: number; readonly start: number }
	| { readonly name: "reduceSum"; readonly axes: readonly number[]; readonly keepDims: boolean }
	| { readonly name: "broadcastTo" }
	| { readonly name: "iota"; readonly axis: number }
	| { readonly name: "toFloat" }

export type OperationName = Operation["name"]

/** The operation of this name, with its attributes. */
export type OperationNamed<Name extends OperationName> = Operation & { readonly name: Name }
