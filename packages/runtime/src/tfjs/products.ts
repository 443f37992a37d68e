import { elements } from "../graph/shapes.ts"
import type { Factors, Tensor, Tf } from "./device.ts"

/** Rows of all leading axes at once where the right operand is one matrix, else matrix by matrix as the backend does it. */
export function plainProduct(tf: Tf, factors: Factors): Tensor {
	const { a, b, bias, transposeA, transposeB, shape } = factors
	if (b.rank > 2 || transposeA) {
		const leading = shape.slice(0, -2)
		return biased(tf, tf.matMul(spread(tf, a, leading), spread(tf, b, leading), transposeA, transposeB), bias)
	}
	const rows = tf.reshape(a, [-1, a.shape.at(-1)!])
	return tf.reshape(tf.fused.matMul({ a: rows as never, b: b as never, bias: bias as never, transposeB }), shape)
}

/** Fewer multiplications than this are done before a call of its own has begun. */
const smallProduct = 2 ** 14

/**
 * The WebAssembly backend multiplies fast only two matrices at a time, not transposed: stacks of larger ones are taken apart.
 */
export function wasmProduct(tf: Tf, factors: Factors): Tensor {
	const { a, b, shape } = factors
	const [rows, columns] = shape.slice(-2) as [number, number]
	const inner = a.shape.at(-1)!
	if (b.rank === 2 || rows * inner * columns < smallProduct) return plainProduct(tf, factors)
	const leading = shape.slice(0, -2)
	const lefts = matrices(tf, spread(tf, a, leading))
	const rights = matrices(tf, spread(tf, b, leading))
	const products = Array.from({ length: elements(leading) }, (_, i) =>
		tf.tidy(() => tf.matMul(lefts(i) as never, rights(i) as never)),
	)
	return tf.reshape(tf.concat(products, 0), shape)
}

/** The matrices of a stack, each when it is asked for. Slicing a tensor copies all of it each time. */
function matrices(tf: Tf, stack: Tensor): (index: number) => Tensor {
	const [rows, columns] = stack.shape.slice(-2) as [number, number]
	const data = stack.dataSync() as Float32Array
	const size = rows * columns
	return (index) => tf.tensor2d(data.subarray(index * size, (index + 1) * size), [rows, columns])
}

/** A stack repeated to leading axes: backends repeat all of it or nothing. */
function spread(tf: Tf, stack: Tensor, leading: readonly number[]): Tensor {
	const shape = [...leading, ...stack.shape.slice(-2)]
	return shape.join() === stack.shape.join() ? stack : tf.broadcastTo(stack, shape)
}

function biased(tf: Tf, product: Tensor, bias: Tensor | undefined): Tensor {
	return bias === undefined ? product : tf.add(product, bias)
}
