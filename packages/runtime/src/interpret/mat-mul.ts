import { elements } from "../graph/shapes.ts"
import { type Elements, gathered, type Operand } from "./operand.ts"
import { broadcastStrides, positions, stridesOf } from "./positions.ts"

/**
 * Matrix products over the last two axes, leading axes broadcast.
 *
 *   y[..., i, j] = sum_k a[..., i, k] b[..., k, j]        an empty sum is 0
 *
 * @param shape - of the result
 */
export function matMul(a: Operand, b: Operand, shape: readonly number[]): Float64Array {
	const [rows, columns] = shape.slice(-2) as [number, number]
	const inner = a.shape.at(-1)!
	const leading = shape.slice(0, -2)
	const out = new Float64Array(elements(shape))
	const matrixOfA = positions(leading, broadcastStrides(a.shape.slice(0, -2), leading))
	const matrixOfB = positions(leading, broadcastStrides(b.shape.slice(0, -2), leading))
	for (let matrix = 0; matrix < matrixOfA.length; matrix++) {
		addProduct(
			part(a.data, matrixOfA[matrix]!, rows * inner),
			part(b.data, matrixOfB[matrix]!, inner * columns),
			part(out, matrix, rows * columns),
			columns,
		)
	}
	return out
}

/** The operand with its last two axes exchanged, dense. */
export function transposed({ shape, data }: Operand): Operand {
	const [rows, columns] = shape.slice(-2) as [number, number]
	const swapped = [...shape.slice(0, -2), columns, rows]
	const strides = [...stridesOf(shape).slice(0, -2), 1, columns]
	return { shape: swapped, data: gathered(data, positions(swapped, strides)) }
}

/** y += a b for dense matrices `[i, inner]`, `[inner, columns]`; the innermost loop walks along rows of b and y. */
function addProduct(a: Elements, b: Elements, y: Elements, columns: number): void {
	for (let row = 0, aAt = 0; row < y.length; row += columns) {
		for (let bAt = 0; bAt < b.length; bAt += columns) {
			const factor = a[aAt++]!
			for (let column = 0; column < columns; column++) y[row + column]! += factor * b[bAt + column]!
		}
	}
}

function part<Kind extends Elements>(data: Kind, index: number, size: number): Kind {
	return data.subarray(index * size, (index + 1) * size) as Kind
}
