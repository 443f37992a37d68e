import { toFloat16 } from "@winnow/tensor"
import type { HalfFormat } from "./half-format.ts"

// IEEE 754 binary16: 1 sign bit, 5 exponent bits (bias 15), 10 mantissa bits. Float32 has 8 (bias 127) and 23.
const rebias = (127 - 15) << 23
const float32Infinity = 0x7f800000

/** IEEE 754 half precision, safetensors' F16. */
export const float16: HalfFormat = {
	limit: 65520,

	widen(bits, into) {
		table ??= float32BitsTable()
		const target = new Uint32Array(into.buffer, into.byteOffset, into.length)
		for (let i = 0; i < bits.length; i++) target[i] = table[bits[i]!]!
	},

	narrow: toFloat16,
}

/** Float32 bits of every float16; made once, when first needed. `[65536]` */
let table: Uint32Array | undefined

function float32BitsTable(): Uint32Array {
	return Uint32Array.from({ length: 1 << 16 }, (_, half) => {
		const sign = (half & 0x8000) << 16
		const exponent = (half >>> 10) & 0x1f
		const mantissa = half & 0x3ff
		if (exponent === 0x1f) return sign | float32Infinity | (mantissa << 13)
		if (exponent !== 0) return sign | (((exponent << 23) | (mantissa << 13)) + rebias)
		return sign | subnormalBits(mantissa)
	})
}

/** Float32 bits of mantissa * 2^-24: normal there, or zero. */
function subnormalBits(mantissa: number): number {
	if (mantissa === 0) return 0
	const leading = 31 - Math.clz32(mantissa)
	const fraction = (mantissa << (23 - leading)) & 0x7fffff
	return ((leading - 24 + 127) << 23) | fraction
}
