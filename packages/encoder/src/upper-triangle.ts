import type { Data, Ops, Value } from "@winnow/runtime"

/** Columns of a block: wide enough for products at full speed, narrow enough to leave most of the lower triangle out. */
const blockWidth = 256

const startsOf = (size: number) => Array.from({ length: Math.ceil(size / blockWidth) }, (_, i) => i * blockWidth)
const outputOf = (name: string, block: number) => `${name}.${block}`

/**
 * x^T x of `[rows, n]` as outputs of a graph, the upper triangle only: one output per block of rows, from its diagonal on.
 *
 * n (n + blockWidth) / 2 of the n^2 sums are computed, and copied out of the runtime.
 */
export function upperTriangle(ops: Ops, x: Value, name: string): Record<string, Value> {
	const size = x.shape[1] as number
	const columns = (start: number, end: number) => (start === 0 && end === size ? x : ops.slice(x, 1, { start, end }))
	return Object.fromEntries(
		startsOf(size).map((start, block) => {
			const own = columns(start, Math.min(start + blockWidth, size))
			return [outputOf(name, block), ops.matMul(own, columns(start, size), { transposeA: true })]
		}),
	)
}

/** Outputs of {@link upperTriangle} added up in float64. */
export class SymmetricSum {
	readonly #size: number
	readonly #name: string
	readonly #sum: Float64Array<ArrayBuffer>

	constructor(size: number, name: string) {
		this.#size = size
		this.#name = name
		this.#sum = new Float64Array(size * size)
	}

	add(outputs: Readonly<Record<string, Data>>): void {
		for (const [block, start] of startsOf(this.#size).entries()) {
			const { data } = outputs[outputOf(this.#name, block)]!
			this.#addBlock(start, data as Float32Array)
		}
	}

	#addBlock(start: number, terms: Float32Array): void {
		const [size, sum] = [this.#size, this.#sum]
		const width = size - start
		for (let from = 0, row = start; from < terms.length; from += width, row++) {
			const to = row * size + start
			for (let i = 0; i < width; i++) sum[to + i]! += terms[from + i]!
		}
	}

	/** The whole matrix, `factor` times; nothing can be added afterwards. */
	matrix(factor = 1): Float64Array<ArrayBuffer> {
		const [size, sum] = [this.#size, this.#sum]
		for (let row = 0; row < size; row++) {
			for (let column = row; column < size; column++) {
				const value = sum[row * size + column]! * factor
				sum[row * size + column] = value
				sum[column * size + row] = value
			}
		}
		return sum
	}
}
