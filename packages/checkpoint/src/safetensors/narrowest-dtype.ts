import type { WeightDtype } from "./dtype.ts"
import { halfFormats } from "./half-formats.ts"

const block = 1 << 14

/**
 * The dtype that stores the values without loss: `preferred` where every element survives it unchanged, else F32.
 *
 * A model that was read from F16 and changed in a few places stays as it was elsewhere: what nobody touched is written in F16 again,
 * bit for bit, and what was changed in F32.
 *
 * @example
 * narrowestDtype(Float32Array.of(0.5, -2), "F16") // => "F16"
 * narrowestDtype(Float32Array.of(0.1), "F16")     // => "F32"
 */
export function narrowestDtype(data: Float32Array, preferred: WeightDtype): WeightDtype {
	if (preferred === "F32") return "F32"
	const format = halfFormats[preferred]
	const bits = new Uint16Array(Math.min(block, data.length))
	const back = new Float32Array(bits.length)
	for (let start = 0; start < data.length; start += block) {
		const values = data.subarray(start, start + block)
		format.narrow(values, bits)
		format.widen(bits, back)
		for (let i = 0; i < values.length; i++) if (values[i] !== back[i]) return "F32"
	}
	return preferred
}
