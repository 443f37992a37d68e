import { type OperationCase, operationCase, batchesAndLengths as sizes } from "../operation-case.ts"
import { drawn, indexBelow, random } from "../random.ts"

const table = { shape: [7, 3], data: drawn(21, random(5)) }

const indices = { draw: { indices: indexBelow(7) }, wrt: [] }

export const inputCases: readonly OperationCase[] = [
	operationCase("is an output unchanged", { x: { shape: [2, 3] } }, (_, { x }) => x),
	operationCase("is a scalar", { x: { shape: [] } }, (_, { x }) => x),
	operationCase("is empty", { x: { shape: [2, 0] } }, (_, { x }) => x),
	operationCase("is int", { x: { shape: ["batch", "length"], type: "int" } }, (_, { x }) => x, {
		sizes,
		draw: { x: indexBelow(1000) },
	}),
	operationCase("is read by nothing", { x: { shape: [2] }, unused: { shape: ["batch"] } }, (ops, { x }) => ops.exp(x), {
		sizes,
	}),
]

export const constantCases: readonly OperationCase[] = [
	operationCase("is an output", {}, (ops) => ops.constant({ shape: [7, 3], data: table.data })),
	operationCase("is a scalar", {}, (ops) => ops.constant(0.1)),
	operationCase("is int", {}, (ops) => ops.constant({ shape: [3], data: Int32Array.of(-1, 0, 2_000_000_000) })),
	operationCase("is empty", {}, (ops) => ops.constant({ shape: [0, 3], data: new Float32Array(0) })),
	operationCase("is combined with constants only", {}, (ops) =>
		ops.mul(ops.constant({ shape: [7, 3], data: table.data }), ops.constant(2)),
	),
	operationCase("is float64", {}, (ops) => ops.constant({ shape: [2], data: Float64Array.of(0.1, -3e5) })),
]

export const gatherCases: readonly OperationCase[] = [
	operationCase(
		"takes rows of constants",
		{ indices: { shape: ["batch", "length"], type: "int" } },
		(ops, { indices }) => ops.gather(ops.constant(table), indices),
		{ ...indices, sizes },
	),
	operationCase(
		"takes rows of an input",
		{ table: { shape: [7, 3] }, indices: { shape: [2, 4], type: "int" } },
		(ops, { table, indices }) => ops.gather(table, indices),
		indices,
	),
	operationCase(
		"takes constant indices",
		{ table: { shape: [7, 3] } },
		(ops, { table }) => ops.gather(table, ops.constant({ shape: [4], data: Int32Array.of(6, 0, 3, 3) })),
		{ wrt: [] },
	),
	operationCase(
		"takes no indices",
		{ indices: { shape: [2, 0], type: "int" } },
		(ops, { indices }) => ops.gather(ops.constant(table), indices),
		indices,
	),
	operationCase(
		"takes rows by position",
		{ ids: { shape: ["batch", "length"], type: "int" } },
		(ops, { ids }) => ops.gather(ops.constant(table), ops.iota(ids, 1)),
		{ sizes },
	),
]

export const toFloatCases: readonly OperationCase[] = [
	operationCase(
		"is exact",
		{ x: { shape: ["batch", "length"], type: "int" } },
		(ops, { x }) => ops.mul(ops.toFloat(x), ops.constant(0.5)),
		{ sizes, draw: { x: indexBelow(1000) } },
	),
	operationCase("takes nothing", { x: { shape: [2, 0], type: "int" } }, (ops, { x }) => ops.toFloat(x)),
]

export const iotaCases: readonly OperationCase[] = [
	operationCase("counts a fixed axis", { x: { shape: [4, 2] } }, (ops, { x }) => ops.iota(x, 0), { wrt: [] }),
	operationCase("counts an empty axis", { x: { shape: [4, 0] } }, (ops, { x }) => ops.iota(x, 1), { wrt: [] }),
	operationCase(
		"counts symbolic axes of int",
		{ x: { shape: ["batch", "length"], type: "int" } },
		(ops, { x }) => ({ rows: ops.iota(x, 0), positions: ops.iota(x, 1) }),
		{ sizes },
	),
]
