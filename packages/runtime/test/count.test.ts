import { expect, test } from "vitest"
import { type Counts, count } from "../src/count/count.ts"
import { gradient } from "../src/gradient/gradient.ts"
import type { Graph, Value } from "../src/graph/graph.ts"
import { type Ops, trace } from "../src/graph/ops.ts"

const [hidden, channels] = [12, 4]
const zeros = (ops: Ops, ...shape: number[]) =>
	ops.constant({ shape, data: new Float32Array(shape.reduce((p, n) => p * n, 1)) })

/** Self-attention with biases, without residual and normalisation. */
function attention(heads: number): Graph {
	return trace({ x: { shape: ["batch", "length", hidden] } }, (ops, { x }) => {
		const linear = (rows: Value, from: number, to: number) =>
			ops.add(ops.matMul(rows, zeros(ops, from, to)), zeros(ops, to))
		const split = () => ops.splitHeads(linear(x, hidden, heads * channels), heads)
		const shares = ops.softmax(ops.matMul(split(), split(), { transposeB: true }))
		return { y: linear(ops.mergeHeads(ops.matMul(shares, split())), heads * channels, hidden) }
	})
}

function ffn(neurons: number): Graph {
	return trace({ x: { shape: ["batch", "length", hidden] } }, (ops, { x }) => {
		const activations = ops.gelu(ops.matMul(x, zeros(ops, hidden, neurons)))
		return { y: ops.matMul(activations, zeros(ops, neurons, hidden)) }
	})
}

test("a head costs 3 s d e + 2 s^2 e + s e d multiply-accumulates, whatever the others do", () => {
	const s = 7
	for (const heads of [1, 2, 3]) {
		const head = 3 * s * hidden * channels + 2 * s * s * channels + s * channels * hidden
		expect(count(attention(heads), { batch: 1, length: s }).macs).toBe(heads * head)
		expect(count(attention(heads), { batch: 5, length: s }).macs).toBe(5 * heads * head)
	}
})

test("a neuron costs 2 s d multiply-accumulates, none cost nothing", () => {
	for (const neurons of [0, 1, 10]) {
		expect(count(ffn(neurons), { batch: 1, length: 7 }).macs).toBe(neurons * 2 * 7 * hidden)
	}
})

test("every matMul is listed with its sizes", () => {
	const { matMuls } = count(attention(2), { batch: 3, length: 5 })
	const projection = { batch: 3, rows: 5, inner: 12, columns: 8, macs: 3 * 5 * 12 * 8 }
	expect(matMuls).toEqual([
		projection,
		projection,
		{ batch: 6, rows: 5, inner: 4, columns: 5, macs: 6 * 5 * 4 * 5 },
		projection,
		{ batch: 6, rows: 5, inner: 5, columns: 4, macs: 6 * 5 * 5 * 4 },
		{ batch: 3, rows: 5, inner: 8, columns: 12, macs: 3 * 5 * 8 * 12 },
	])
})

test("a transposed left operand sums over its rows", () => {
	const graph = trace({ x: { shape: ["n", 3] } }, (ops, { x }) => ({ gram: ops.matMul(x, x, { transposeA: true }) }))
	expect(count(graph, { n: 10 }).matMuls).toEqual([{ batch: 1, rows: 3, inner: 10, columns: 3, macs: 90 }])
})

test("elements are counted by operation, and floating-point operations from them", () => {
	const graph = trace({ x: { shape: ["n", 3] } }, (ops, { x }) => {
		const y = ops.matMul(x, zeros(ops, 3, 4))
		return { sum: ops.reduceSum(ops.softmax(ops.add(y, y)), [1]), first: ops.slice(x, 1, { start: 0, end: 1 }) }
	})
	const expected: Omit<Counts, "matMuls"> = {
		macs: 24,
		elements: { add: 8, softmax: 8, reduceSum: 8, slice: 2 },
		flops: 2 * 24 + 8 + 5 * 8 + 8,
	}
	expect(count(graph, { n: 2 })).toMatchObject(expected)
})

test("a value that is read twice is counted once, one that no output reads not at all", () => {
	const graph = trace({ x: { shape: [4] } }, (ops, { x }) => {
		const y = ops.exp(x)
		ops.tanh(y)
		return { y, square: ops.mul(y, y) }
	})
	expect(count(graph, {}).elements).toEqual({ exp: 4, mul: 4 })
})

test("a full backward pass by inputs and weights has twice the products of the forward pass", () => {
	const inputs = { x: { shape: ["n", 3] }, w: { shape: [3, 4] } } as const
	const graph = trace(inputs, (ops, { x, w }) => {
		const [dx, dw] = gradient(ops.reduceSum(ops.tanh(ops.matMul(x, w)), [0, 1]), [x, w])
		return { dx: dx!, dw: dw! }
	})
	expect(count(graph, { n: 5 }).macs).toBe(3 * 5 * 3 * 4)
})

test("a symbol without a size is refused", () => {
	expect(() => count(ffn(2), { batch: 1 })).toThrow("the size of length must be given")
})
