import type { NumericArray } from "@winnow/tensor"
import type { ElementType, Shape } from "../graph/graph.ts"

/** What one step computes, in the vocabulary of TensorFlow.js. */
export type Step =
	| { readonly name: "feed"; readonly key: string }
	| { readonly name: "constant"; readonly data: NumericArray }
	| { readonly name: "add" | "sub" | "mul" | "div" }
	| { readonly name: "exp" | "erf" | "tanh" | "relu" | "step" | "square" | "rsqrt" }
	| { readonly name: "softmax" | "logSoftmax" }
	| { readonly name: "mean" }
	| { readonly name: "sum"; readonly axes: readonly number[]; readonly keepDims: boolean }
	| { readonly name: "matMul"; readonly transposeA: boolean; readonly transposeB: boolean }
	| { readonly name: "gather" }
	| { readonly name: "reshape" }
	| { readonly name: "transpose"; readonly perm: readonly number[] }
	| { readonly name: "slice"; readonly axis: number; readonly start: number; readonly end: number }
	| { readonly name: "pad"; readonly axis: number; readonly start: number }
	| { readonly name: "broadcast" }
	| { readonly name: "range" }
	| { readonly name: "toFloat" }

export type StepName = Step["name"]

/** The step of this name, with its attributes. */
export type StepNamed<Name extends StepName> = Step & { readonly name: Name }

/**
 * One call of TensorFlow.js: a step applied to the results of other calls. Equal calls are one object, so that nothing is computed
 * twice.
 */
export interface Call {
	readonly step: Step
	readonly inputs: readonly Call[]
	/** Of the result; its symbols get their sizes when the program runs. */
	readonly shape: Shape
	readonly type: ElementType
}
