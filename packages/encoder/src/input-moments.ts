import type { Data, Ops, Runtime, Value } from "@winnow/runtime"
import { type Moments, tensor } from "@winnow/tensor"
import { addTo } from "./moment-sums.ts"
import { SymmetricSum, upperTriangle } from "./upper-triangle.ts"
import type { Linear } from "./weights.ts"

type Matrix64 = Parameters<Runtime["gemm64"]>[0]

/**
 * What an input site needs from one batch: products and sums of the student's stream x and the teacher's t, `[rows, d]`, padding zeroed.
 *
 * Nothing of it has the width of a projection: y = t W + b is put in afterwards, whatever W reads.
 */
export function inputMoments(ops: Ops, x: Value, t: Value): Record<string, Value> {
	return {
		...upperTriangle(ops, x, "xx"),
		...upperTriangle(ops, t, "tt"),
		xt: ops.matMul(x, t, { transposeA: true }),
		x: ops.reduceSum(x, [0]),
		t: ops.reduceSum(t, [0]),
	}
}

/** Outputs of {@link inputMoments} added up in float64, batch by batch. */
export class InputMomentSums {
	readonly #hidden: number
	readonly #xx: SymmetricSum
	readonly #tt: SymmetricSum
	readonly #xt: Float64Array
	readonly #x: Float64Array
	readonly #t: Float64Array
	#rows = 0

	constructor(hidden: number) {
		this.#hidden = hidden
		this.#xx = new SymmetricSum(hidden, "xx")
		this.#tt = new SymmetricSum(hidden, "tt")
		this.#xt = new Float64Array(hidden * hidden)
		this.#x = new Float64Array(hidden)
		this.#t = new Float64Array(hidden)
	}

	add(rows: number, outputs: Readonly<Record<string, Data>>): void {
		this.#rows += rows
		this.#xx.add(outputs)
		this.#tt.add(outputs)
		addTo(this.#xt, outputs.xt!)
		addTo(this.#x, outputs.x!)
		addTo(this.#t, outputs.t!)
	}

	/**
	 * Moments of x and y = t W + b. With T = t^T t, X = x^T t, and s the sum of t's rows:
	 *
	 *   x^T y = X W + (sum of x) b^T        sum of y = s W + rows b        |y|^2 = tr(W^T T W) + 2 s W b + rows |b|^2
	 *
	 * Nothing can be added afterwards. Cost: two products `[d, d] x [d, out]`.
	 */
	async moments({ weights, bias }: Linear, gemm64: Runtime["gemm64"]): Promise<Moments> {
		const [hidden, out] = [this.#hidden, bias.length]
		const square = (data: Float64Array): Matrix64 => ({ rows: hidden, columns: hidden, data })
		const w: Matrix64 = { rows: hidden, columns: out, data: Float64Array.from(weights.data) }
		const xy = (await gemm64(square(this.#xt), w)).data
		const tw = (await gemm64(square(this.#tt.matrix()), w)).data
		const sw = (await gemm64({ rows: 1, columns: hidden, data: this.#t }, w)).data
		const yy = dot(w.data, tw) + 2 * dot(sw, bias) + this.#rows * dot(bias, bias)
		for (let i = 0; i < hidden; i++) {
			for (let j = 0; j < out; j++) xy[i * out + j]! += this.#x[i]! * bias[j]!
		}
		return {
			rows: this.#rows,
			xx: tensor("in in", [hidden, hidden], this.#xx.matrix()),
			xy: tensor("in out", [hidden, out], xy),
			x: this.#x,
			y: sw.map((sum, j) => sum + this.#rows * bias[j]!),
			yy,
		}
	}
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
	let sum = 0
	for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
	return sum
}
