import type { Shape } from "../../graph/graph.ts"
import type { Ops } from "../../graph/ops.ts"
import { elements } from "../../graph/shapes.ts"
import { type OperationCase, operationCase, batchesAndLengths as sizes } from "../operation-case.ts"
import { drawn, random } from "../random.ts"

interface Transposes {
	readonly transposeA?: boolean
	readonly transposeB?: boolean
}

const weights = (ops: Ops, shape: readonly number[]) => ops.constant({ shape, data: drawn(elements(shape), random(4)) })

const product = (what: string, a: Shape, b: Shape, o: Transposes = {}) =>
	operationCase(what, { a: { shape: a }, b: { shape: b } }, (ops, { a, b }) => ops.matMul(a, b, o))

const weighted = (what: string, x: readonly number[], w: readonly number[], o: Transposes = {}) =>
	operationCase(what, { x: { shape: x } }, (ops, { x }) => ops.matMul(x, weights(ops, w), o))

export const matMulCases: readonly OperationCase[] = [
	product("takes matrices", [3, 4], [4, 5]),
	product("transposes the left matrix", [4, 3], [4, 5], { transposeA: true }),
	product("transposes the right matrix", [3, 4], [5, 4], { transposeB: true }),
	product("transposes both matrices", [4, 3], [5, 4], { transposeA: true, transposeB: true }),
	product("takes batches of matrices", [2, 3, 4], [2, 4, 5]),
	product("transposes the left of a batch", [2, 4, 3], [2, 4, 5], { transposeA: true }),
	product("transposes the right of a batch", [2, 3, 4], [2, 5, 4], { transposeB: true }),
	product("transposes both of a batch", [2, 4, 3], [2, 5, 4], { transposeA: true, transposeB: true }),
	product("repeats a matrix over a batch", [2, 3, 4], [4, 5]),
	product("repeats a left matrix over a batch", [3, 4], [2, 4, 5]),
	product("repeats a transposed left matrix over a batch", [4, 3], [2, 4, 5], { transposeA: true }),
	product("repeats leading axes of size 1 on both sides", [2, 1, 3, 4], [5, 4, 2]),
	product("repeats leading axes and transposes", [2, 1, 4, 3], [3, 2, 4], { transposeA: true, transposeB: true }),
	product("sums many terms", [2, 100], [100, 3]),
	product("sums no terms to zero", [2, 0], [0, 3]),
	product("sums no terms of a batch to zero", [2, 2, 0], [2, 3, 0], { transposeB: true }),
	product("takes no rows", [0, 3], [3, 2]),
	product("takes no columns", [2, 3], [3, 0]),
	product("takes a batch of none", [2, 0, 3, 3], [2, 0, 3, 4]),
	weighted("takes constant weights", [2, 3, 4], [4, 5]),
	weighted("takes constant weights transposed", [2, 3, 4], [5, 4], { transposeB: true }),
	weighted("takes a batch of constant weights", [2, 3, 4], [2, 4, 5]),
	weighted("transposes what constant weights apply to", [4, 3], [4, 5], { transposeA: true }),
	weighted("takes constant weights without rows", [2, 3, 0], [0, 5]),
	weighted("takes constant weights without columns", [2, 3, 4], [4, 0]),
	operationCase("takes constant weights on the left", { x: { shape: [4, 2] } }, (ops, { x }) =>
		ops.matMul(weights(ops, [3, 4]), x),
	),
	operationCase("multiplies a value by itself", { x: { shape: [4, 3] } }, (ops, { x }) =>
		ops.matMul(x, x, { transposeA: true }),
	),
	operationCase(
		"applies constant weights to symbolic rows",
		{ x: { shape: ["batch", "length", 4] } },
		(ops, { x }) => ops.matMul(x, weights(ops, [4, 5])),
		{ sizes },
	),
	operationCase(
		"applies weights that are fed to symbolic rows",
		{ x: { shape: ["batch", "length", 4] }, w: { shape: [4, 5] } },
		(ops, { x, w }) => ops.matMul(x, w),
		{ sizes },
	),
	operationCase(
		"scores and mixes symbolic lengths",
		{
			q: { shape: ["batch", 2, "length", 4] },
			k: { shape: ["batch", 2, "length", 4] },
			v: { shape: ["batch", 2, "length", 3] },
		},
		(ops, { q, k, v }) => ops.matMul(ops.mul(ops.matMul(q, k, { transposeB: true }), ops.constant(0.3)), v),
		{ sizes },
	),
]
