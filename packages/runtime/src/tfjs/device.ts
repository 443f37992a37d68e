import type TensorFlow from "@tensorflow/tfjs-core"
import type { Tensor } from "@tensorflow/tfjs-core"
import type { TfjsBackend } from "./tfjs-backend.ts"

export type { Tensor } from "@tensorflow/tfjs-core"

export type Tf = typeof TensorFlow

/** The operands of a product. */
export interface Factors {
	readonly a: Tensor
	readonly b: Tensor
	readonly bias: Tensor | undefined
	readonly transposeA: boolean
	readonly transposeB: boolean
	/** Of the product. */
	readonly shape: number[]
}

/** A backend of TensorFlow.js, loaded. */
export interface Device {
	readonly tf: Tf
	readonly backend: TfjsBackend
	/** As TensorFlow.js registers it. */
	readonly registered: string
	/** What it is, for people: `wasm`, `libtensorflow 2.20.0`. */
	readonly description: string
	/** Whether it multiplies slowly with transposed operands. */
	readonly transposesApart: boolean
	matMul(factors: Factors): Tensor
}
