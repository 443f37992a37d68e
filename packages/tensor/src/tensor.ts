import { ShapeError } from "./errors/shape-error.ts"

/** Storage of a tensor: one flat typed array, last axis fastest. */
export type NumericArray =
	| Float32Array
	| Float64Array
	| Int32Array
	| Uint8Array
	| Uint16Array
	| Uint32Array
	| BigInt64Array

/** `"sample unit"` -> `[sample: number, unit: number]` as a tuple of as many numbers as there are names. */
export type ShapeOf<Axes extends string> = Axes extends ""
	? readonly []
	: Axes extends `${string} ${infer Rest}`
		? readonly [number, ...ShapeOf<Rest>]
		: readonly [number]

/**
 * A dense array whose axes have names; the names are part of its type, the sizes are checked when it is made.
 *
 * Row-major: the element at `[i, j]` of `Tensor<"sample unit">` is `data[i * shape[1] + j]`.
 */
export interface Tensor<Axes extends string, Data extends NumericArray = Float32Array> {
	readonly axes: Axes
	readonly shape: ShapeOf<Axes>
	readonly data: Data
}

/**
 * Makes a tensor of the data given; nothing is copied.
 *
 * @param axes - axis names separated by single spaces, `""` for a scalar
 * @param shape - one size per axis, zero allowed
 * @param data - as many elements as the product of the sizes
 * @throws {ShapeError} when a size is no natural number or the product differs from `data.length`
 * @example
 * tensor("sample unit", [2, 3], new Float32Array(6))
 */
export function tensor<Axes extends string, Data extends NumericArray>(
	axes: Axes,
	shape: ShapeOf<Axes>,
	data: Data,
): Tensor<Axes, Data> {
	const sizes: readonly number[] = shape
	const names = axes === "" ? [] : axes.split(" ")
	if (sizes.length !== names.length) {
		throw new ShapeError("tensor", `the shape of "${axes}"`, `${names.length} sizes`, `[${sizes.join(", ")}]`)
	}
	let size = 1
	for (const [axis, n] of sizes.entries()) {
		if (!Number.isSafeInteger(n) || n < 0) {
			throw new ShapeError("tensor", `the size of axis ${names[axis]}`, "a natural number", n)
		}
		size *= n
	}
	if (data.length !== size) {
		throw new ShapeError("tensor", `the data of [${sizes.join(", ")}]`, `${size} long`, data.length)
	}
	return { axes, shape, data }
}
