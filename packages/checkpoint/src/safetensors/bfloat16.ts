import type { HalfFormat } from "./half-format.ts"

const float32Infinity = 0x7f800000

/** The upper half of a float32, safetensors' BF16: 1 sign bit, 8 exponent bits, 7 mantissa bits. */
export const bfloat16: HalfFormat = {
	// Halfway between the largest bfloat16 and 2^128.
	limit: 2 ** 127 * (2 - 2 ** -8),

	widen(bits, into) {
		const target = new Uint32Array(into.buffer, into.byteOffset, into.length)
		for (let i = 0; i < bits.length; i++) target[i] = bits[i]! << 16
	},

	narrow(values, into) {
		const source = new Uint32Array(values.buffer, values.byteOffset, values.length)
		for (let i = 0; i < source.length; i++) into[i] = narrowed(source[i]!)
	},
}

function narrowed(bits: number): number {
	// A NaN whose payload lies in the lower half must not become an infinity.
	if ((bits & 0x7fffffff) > float32Infinity) return (bits >>> 16) | 0x40
	return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16
}
