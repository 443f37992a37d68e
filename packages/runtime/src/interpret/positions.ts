/**
 * Where the elements of a strided array lie: for every index of `shape`, last axis fastest,
 *
 *   start + sum over axes of index[axis] * strides[axis]
 *
 * Broadcasting, transposing, slicing and splitting are all this, with other strides; read through the positions they gather,
 * written through them they scatter.
 */
export function positions(shape: readonly number[], strides: readonly number[], start = 0): Int32Array {
	let coarse = Int32Array.of(start)
	for (const [axis, size] of shape.entries()) {
		const stride = strides[axis]!
		const fine = new Int32Array(coarse.length * size)
		let i = 0
		for (const position of coarse) {
			for (let index = 0; index < size; index++) fine[i++] = position + index * stride
		}
		coarse = fine
	}
	return coarse
}

/** Strides of a dense array: the last axis is contiguous. */
export function stridesOf(shape: readonly number[]): number[] {
	const strides = shape.map(() => 1)
	for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!
	return strides
}

/** Strides with which a dense array of shape `from` is read as one of shape `to`: 0 along axes that are repeated. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
	const strides = stridesOf(from)
	const offset = to.length - from.length
	return to.map((_, axis) => (axis < offset || from[axis - offset] === 1 ? 0 : strides[axis - offset]!))
}
