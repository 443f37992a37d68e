import type { Shape } from "../../graph/graph.ts"
import type { Ops } from "../../graph/ops.ts"
import { elements } from "../../graph/shapes.ts"
import { type OperationCase, operationCase, batchesAndLengths as sizes } from "../operation-case.ts"
import { drawn, random } from "../random.ts"

const constant = (ops: Ops, shape: readonly number[]) =>
	ops.constant({ shape, data: drawn(elements(shape), random(6)) })

interface Linear {
	readonly x: Shape
	readonly w: readonly number[]
	readonly b: readonly number[]
	readonly transposeB?: boolean
}

const linear = (what: string, { x, w, b, transposeB = false }: Linear) =>
	operationCase(
		what,
		{ x: { shape: x } },
		(ops, { x }) => ops.add(ops.matMul(x, constant(ops, w), { transposeB }), constant(ops, b)),
		{ sizes },
	)

/** Products with a bias: what most of an encoder is, and what runtimes fuse. */
export const linearCases: readonly OperationCase[] = [
	linear("with a bias takes a matrix", { x: [3, 4], w: [4, 5], b: [5] }),
	linear("with a bias takes symbolic rows", { x: ["batch", 4], w: [4, 5], b: [5] }),
	linear("with a bias takes a batch of symbolic rows", { x: ["batch", "length", 4], w: [4, 5], b: [5] }),
	linear("with a bias takes four axes", { x: ["batch", 2, "length", 4], w: [4, 5], b: [5] }),
	linear("with a bias takes transposed weights", { x: ["batch", "length", 4], w: [5, 4], b: [5], transposeB: true }),
	linear("with a bias of one number", { x: ["batch", "length", 4], w: [4, 5], b: [1] }),
	linear("with a bias of a column", { x: ["batch", 3, 4], w: [4, 5], b: [3, 1] }),
	linear("with a bias a matrix", { x: ["batch", 3, 4], w: [4, 5], b: [3, 5] }),
	linear("with a bias of more axes than the product", { x: [3, 4], w: [4, 5], b: [2, 1, 5] }),
	linear("with a bias takes a batch of weights", { x: [2, 3, 4], w: [2, 4, 5], b: [5] }),
	linear("with a bias takes weights without columns", { x: ["batch", "length", 4], w: [4, 0], b: [0] }),
	linear("with a bias is the bias where no terms are summed", { x: ["batch", "length", 0], w: [0, 5], b: [5] }),
	operationCase(
		"with a bias on the left",
		{ x: { shape: ["batch", 4] } },
		(ops, { x }) => ops.add(constant(ops, [5]), ops.matMul(x, constant(ops, [4, 5]))),
		{ sizes },
	),
	operationCase(
		"with a bias that is fed",
		{ x: { shape: ["batch", 2, 4] }, b: { shape: [5] } },
		(ops, { x, b }) => ops.add(ops.matMul(x, constant(ops, [4, 5])), b),
		{ sizes },
	),
	operationCase(
		"with two biases",
		{ x: { shape: ["batch", 2, 4] } },
		(ops, { x }) => {
			const product = ops.matMul(x, constant(ops, [4, 5]))
			return {
				first: ops.add(product, constant(ops, [5])),
				second: ops.add(product, ops.constant({ shape: [5], data: new Float32Array(5) })),
			}
		},
		{ sizes },
	),
	operationCase(
		"with and without a bias",
		{ x: { shape: ["batch", 2, 4] } },
		(ops, { x }) => {
			const product = ops.matMul(x, constant(ops, [4, 5]))
			return { product, sum: ops.add(product, constant(ops, [5])) }
		},
		{ sizes },
	),
	operationCase("with a bias transposes the left matrix", { x: { shape: [4, 3] } }, (ops, { x }) =>
		ops.add(ops.matMul(x, constant(ops, [4, 5]), { transposeA: true }), constant(ops, [5])),
	),
	operationCase("with a bias takes constants only", {}, (ops) =>
		ops.add(ops.matMul(constant(ops, [3, 4]), constant(ops, [4, 5])), constant(ops, [5])),
	),
]
