import type { HalfFormat } from "./half-format.ts"

// IEEE 754 binary16: 1 sign bit, 5 exponent bits (bias 15), 10 mantissa bits. Float32 has 8 (bias 127) and 23.
const smallestNormal = 0x38800000 // 2^-14 as float32 bits
const rebias = (127 - 15) << 23
const infinity = 0x477ff000 // 65,520: halfway between the largest float16 and 2^16
const float32Infinity = 0x7f800000

/** IEEE 754 half precision, safetensors' F16. */
export const float16: HalfFormat = {
	limit: 65520,

	widen(bits, into) {
		table ??= float32BitsTable()
		const target = new Uint32Array(into.buffer, into.byteOffset, into.length)
		for (let i = 0; i < bits.length; i++) target[i] = table[bits[i]!]!
	},

	narrow(values, into) {
		const source = new Uint32Array(values.buffer, values.byteOffset, values.length)
		for (let i = 0; i < source.length; i++) into[i] = narrowed(source[i]!)
	},
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

function narrowed(bits: number): number {
	const sign = (bits >>> 16) & 0x8000
	const magnitude = bits & 0x7fffffff
	if (magnitude >= infinity) return sign | (magnitude > float32Infinity ? 0x7e00 : 0x7c00)
	if (magnitude < smallestNormal) return sign | roundedSubnormal(magnitude)
	// Half a unit less one, plus the last kept bit: a tie is carried upwards only if that bit is odd.
	return sign | ((magnitude - rebias + 0xfff + ((magnitude >>> 13) & 1)) >>> 13)
}

/** Magnitude in units of 2^-24, rounded to nearest even. */
function roundedSubnormal(magnitude: number): number {
	const shift = 126 - (magnitude >>> 23)
	// Below 2^-25 all of it is rounded away.
	if (shift > 24) return 0
	const mantissa = (magnitude & 0x7fffff) | 0x800000
	const kept = mantissa >>> shift
	const rest = mantissa & ((1 << shift) - 1)
	const half = 1 << (shift - 1)
	return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept
}
