import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { bfloat16 } from "../src/safetensors/bfloat16.ts"
import { float16 } from "../src/safetensors/float16.ts"
import { firstBeyond, type HalfFormat } from "../src/safetensors/half-format.ts"

/** sign * 2^(exponent - bias) * 1.mantissa, from the definition of IEEE 754 formats. */
function meaning(bits: number, { exponentBits, mantissaBits }: Layout): number {
	const sign = bits & 0x8000 ? -1 : 1
	const exponent = (bits >>> mantissaBits) & (2 ** exponentBits - 1)
	const fraction = (bits & (2 ** mantissaBits - 1)) / 2 ** mantissaBits
	const bias = 2 ** (exponentBits - 1) - 1
	if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
	return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias)
}

interface Layout {
	readonly exponentBits: number
	readonly mantissaBits: number
}

const every = Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits)
const formats: readonly (readonly [string, HalfFormat, Layout])[] = [
	["float16", float16, { exponentBits: 5, mantissaBits: 10 }],
	["bfloat16", bfloat16, { exponentBits: 8, mantissaBits: 7 }],
]

describe.each(formats)("%s", (_, format, layout) => {
	const widened = new Float32Array(every.length)
	format.widen(every, widened)
	const infinity = (2 ** layout.exponentBits - 1) << layout.mantissaBits
	const narrow = (values: readonly number[]) => {
		const bits = new Uint16Array(values.length)
		format.narrow(Float32Array.from(values), bits)
		return [...bits]
	}

	test("all 65,536 bit patterns widen to the number they mean", () => {
		const wrong = [...every].filter((bits) => !Object.is(widened[bits], meaning(bits, layout)))
		expect(wrong).toEqual([])
	})

	test("all 65,536 bit patterns survive the round trip; NaN stays NaN", () => {
		const back = new Uint16Array(every.length)
		format.narrow(widened, back)
		const wrong = [...every].filter((bits) =>
			Number.isNaN(widened[bits]) ? !Number.isNaN(meaning(back[bits]!, layout)) : back[bits] !== bits,
		)
		expect(wrong).toEqual([])
	})

	test("between every two neighbours the nearer one is taken, and the even one at the middle", () => {
		const wrong: number[] = []
		for (let low = 0; low < infinity; low++) {
			// What would follow the largest finite number, if the exponent went on.
			const above = low + 1 === infinity ? 2 ** (2 ** (layout.exponentBits - 1)) : widened[low + 1]!
			const middle = (widened[low]! + above) / 2
			const got = narrow([previous(middle), middle, next(middle), -previous(middle), -middle, -next(middle)])
			const even = low % 2 === 0 ? low : low + 1
			const expected = [low, even, low + 1]
			if (got.join() !== [...expected, ...expected.map((bits) => bits | 0x8000)].join()) wrong.push(low)
		}
		expect(wrong).toEqual([])
	})

	test("the limit is the smallest number that rounds to infinity", () => {
		const bits = narrow([format.limit, previous(format.limit), -format.limit])
		expect(bits).toEqual([infinity, infinity - 1, infinity | 0x8000])
		const values = Float32Array.of(1, -previous(format.limit), format.limit)
		expect(firstBeyond(values, format.limit)).toBe(2)
	})

	test("rounding never moves a number by more than half the distance to its neighbour", () => {
		const bits = new Uint16Array(1)
		const back = new Float32Array(1)
		fc.assert(
			fc.property(fc.float({ noNaN: true, min: -65504, max: 65504 }), (x) => {
				format.narrow(Float32Array.of(x), bits)
				format.widen(bits, back)
				const magnitude = bits[0]! & 0x7fff
				const gap = widened[magnitude + 1]! - widened[magnitude]!
				expect(Math.abs(back[0]! - x)).toBeLessThanOrEqual(gap / 2)
			}),
			{ seed: 1, numRuns: 2000 },
		)
	})
})

test("NaN and infinities are beyond every limit", () => {
	for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
		expect(firstBeyond(Float32Array.of(0, value, 1), Number.POSITIVE_INFINITY)).toBe(1)
	}
	expect(firstBeyond(Float32Array.of(0, -1, 3e38), Number.POSITIVE_INFINITY)).toBe(-1)
})

/** The float32 next to a positive one. */
function next(x: number, step = 1): number {
	const view = new DataView(new ArrayBuffer(4))
	view.setFloat32(0, x)
	view.setUint32(0, view.getUint32(0) + step)
	return view.getFloat32(0)
}

function previous(x: number): number {
	return next(x, -1)
}
