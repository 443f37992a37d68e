import type { WeightDtype } from "./dtype.ts"
import { halfFormats } from "./half-formats.ts"
import { narrowestDtype } from "./narrowest-dtype.ts"

/**
 * The values as a tensor of that dtype holds them: the same array where all of them survive, else a copy, rounded to nearest and to
 * infinity beyond the dtype's range.
 *
 * @example
 * roundedTo(Float32Array.of(0.1), "F16") // => [0.0999755859375]
 */
export function roundedTo(data: Float32Array, dtype: WeightDtype): Float32Array {
	if (dtype === "F32" || narrowestDtype(data, dtype) === dtype) return data
	const format = halfFormats[dtype]
	const bits = new Uint16Array(data.length)
	const rounded = new Float32Array(data.length)
	format.narrow(data, bits)
	format.widen(bits, rounded)
	return rounded
}
