import { type NumericArray, UnsupportedError } from "@winnow/tensor"
import type { Data } from "../graph/graph.ts"

/** Elements as the interpreter keeps them: `float` in float64, `int` in int32. */
export type Elements = Float64Array | Int32Array

/** A value of a graph, computed. */
export interface Operand extends Data {
	readonly data: Elements
}

/** The same elements, widened to float64 unless they are int32. Copies only what it has to convert. */
export function elementsOf(data: NumericArray): Elements {
	if (data instanceof Int32Array || data instanceof Float64Array) return data
	if (data instanceof BigInt64Array) throw new UnsupportedError("interpreter", "64-bit integers are not computed with")
	return Float64Array.from(data)
}

/** The elements at the given positions, of the type they had. */
export function gathered(data: Elements, at: Int32Array): Elements {
	const out = data instanceof Int32Array ? new Int32Array(at.length) : new Float64Array(at.length)
	for (let i = 0; i < at.length; i++) out[i] = data[at[i]!]!
	return out
}
