import { InvalidInputError, mustBe, UnsupportedError } from "@winnow/tensor"
import { type } from "arktype"

/** Sizes of tensors and their products stay far within exact numbers. */
const sizes = 2 ** 31

export const count = type("number.integer > 0")
	.describe("a positive integer")
	.narrow((size, context) => size < sizes || context.mustBe(`below ${sizes}`))
/** Lists of this length are made of it. */
export const layerCount = type("number.integer > 0")
	.describe("a positive integer")
	.narrow((layers, context) => layers <= 10_000 || context.mustBe("at most 10000"))
/** Winnow's own fields, where layers differ in width. */
export const widths = type("(number.integer >= 0)[]").describe("a list of natural numbers, one a layer")

/** In a config.json null means absent. */
export function withoutNulls(raw: object): object {
	return Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null))
}

/** Names of one function, x * Phi(x), in Transformers' table of activations; the others there approximate it or clip it. */
export const exactGelu = ["gelu", "gelu_python"]

/**
 * Another activation or position scheme is refused, never approximated. A field that is absent has an expected value.
 *
 * @throws {UnsupportedError} naming the field
 */
export function refuseOther(
	fields: object,
	expected: Readonly<Record<string, readonly string[]>>,
	where: string,
): void {
	for (const [field, allowed] of Object.entries(expected)) {
		const value = (fields as Record<string, unknown>)[field]
		if (value === undefined || allowed.some((name) => name === value)) continue
		throw new UnsupportedError(where, mustBe(field, allowed.join(" or "), value))
	}
}

/** @throws {InvalidInputError} when the heads do not divide the hidden size */
export function refuseUneven(
	field: string,
	{ hidden, heads }: { readonly hidden: number; readonly heads: number },
	where: string,
): void {
	if (hidden % heads !== 0) throw new InvalidInputError(where, field, `a multiple of ${heads} heads`, hidden)
}

interface Widths {
	readonly heads_per_layer?: readonly number[]
	readonly ffn_per_layer?: readonly number[]
}

/** Heads and neurons of every layer: the lists of a slim model, or the same of each. */
export function raggedWidths(
	fields: Widths,
	{ layers, heads, neurons }: { readonly layers: number; readonly heads: number; readonly neurons: number },
	where: string,
): { readonly heads: readonly number[]; readonly neurons: readonly number[] } {
	const listed = (field: keyof Widths, most: number) => {
		const list = fields[field]
		if (list !== undefined && list.length !== layers) {
			throw new InvalidInputError(where, field, `a list of ${layers} widths`, `${list.length} of them`)
		}
		const wider = list?.find((width) => width > most)
		if (wider !== undefined) throw new InvalidInputError(where, field, `at most ${most} in every layer`, wider)
		return list
	}
	const uniform = (width: number) => Array<number>(layers).fill(width)
	return {
		heads: listed("heads_per_layer", heads) ?? uniform(heads),
		neurons: listed("ffn_per_layer", neurons) ?? uniform(neurons),
	}
}
