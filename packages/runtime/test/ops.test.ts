import { expect, test } from "vitest"
import { type Ops, trace, type Value } from "../src/index.ts"

const traced = (program: (ops: Ops, x: Value, ids: Value) => Value) => () =>
	trace({ x: { shape: ["batch", 2, 6] }, ids: { shape: ["batch"], type: "int" } }, (ops, { x, ids }) => ({
		y: program(ops, x, ids),
	}))

test.each<[string, (ops: Ops, x: Value, ids: Value) => Value, string]>([
	[
		"inner sizes",
		(ops, x) => ops.matMul(x, x),
		"matMul: the inner sizes must be equal (was [batch, 2, 6] and [batch, 2, 6])",
	],
	[
		"broadcasting",
		(ops, x) => ops.add(x, ops.constant({ shape: [3], data: new Float32Array(3) })),
		"add: the shapes must be broadcastable",
	],
	["integers in arithmetic", (ops, _, ids) => ops.mul(ids, ids), "mul: its operands must be float (was int)"],
	[
		"floats as indices",
		(ops, x) => ops.gather(ops.constant({ shape: [1, 1], data: new Float32Array(1) }), x),
		"gather: the indices must be int (was float)",
	],
	[
		"an axis that is not there",
		(ops, x) => ops.reduceSum(x, [3]),
		"reduceSum: axes must be distinct and from 0 to 2 (was 3)",
	],
	["an axis twice", (ops, x) => ops.reduceSum(x, [1, 1]), "reduceSum: axes must be distinct and from 0 to 2 (was 1)"],
	[
		"a slice beyond the end",
		(ops, x) => ops.slice(x, 1, { start: 1, end: 3 }),
		"slice: x must be sliceable from 1 to 3 at axis 1",
	],
	[
		"heads that do not divide",
		(ops, x) => ops.splitHeads(x, 4),
		"splitHeads: x must be [batch, length, a multiple of 4]",
	],
	[
		"a constant of another size",
		(ops) => ops.constant({ shape: [2], data: new Float32Array(3) }),
		"constant: the data must be 2 long for its shape [2] (was 3)",
	],
	[
		"the mean of something else",
		(ops, x) => ops.layerNormMean(x),
		"layerNormMean: its operand must be a layerNorm (was input)",
	],
	["broadcasting down", (ops, x) => ops.broadcastTo(x, ops.constant(1)), "broadcastTo: x must be broadcastable to []"],
])("refuses %s when the program is traced", (_, program, message) => {
	expect(traced(program)).toThrow(message)
})

test("an output must not have an input's name", () => {
	expect(() => trace({ x: { shape: [1] } }, (_, { x }) => ({ x }))).toThrow(
		"trace: the name of an output must be no input's (was x)",
	)
})

test("inputs of another program are refused", () => {
	let foreign: Value | undefined
	trace({ z: { shape: [1] } }, (ops, { z }) => {
		foreign = z
		return { y: ops.exp(z) }
	})
	expect(() => trace({ x: { shape: [1] } }, (ops, { x }) => ({ y: ops.add(x, foreign!) }))).toThrow(
		"trace: every input must be one of this program's (was z)",
	)
})
