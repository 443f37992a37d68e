// IEEE 754 binary16: 1 sign bit, 5 exponent bits (bias 15), 10 mantissa bits. Float32 has 8 (bias 127) and 23.
const smallestNormal = 0x38800000 // 2^-14 as float32 bits
const rebias = (127 - 15) << 23
const infinity = 0x477ff000 // 65,520: halfway between the largest float16 and 2^16
const float32Infinity = 0x7f800000

/**
 * The bits of the nearest half-precision numbers (IEEE 754 binary16), ties to even: infinity from 65,520 on, NaN stays NaN.
 *
 * @param into - at least as long as `values`
 * @example
 * const bits = new Uint16Array(1)
 * toFloat16(Float32Array.of(1), bits) // bits[0] is 0x3c00
 */
export function toFloat16(values: Float32Array, into: Uint16Array): void {
	const source = new Uint32Array(values.buffer, values.byteOffset, values.length)
	for (let i = 0; i < source.length; i++) into[i] = narrowed(source[i]!)
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
