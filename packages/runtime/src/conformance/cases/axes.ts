import type { Shape } from "../../graph/graph.ts"
import { type OperationCase, operationCase, batchesAndLengths as sizes } from "../operation-case.ts"
import { indexBelow } from "../random.ts"

const expanded = (what: string, shape: Shape, axes: readonly number[]) =>
	operationCase(what, { x: { shape } }, (ops, { x }) => ops.expandDims(x, axes))

export const expandDimsCases: readonly OperationCase[] = [
	expanded("adds an axis in front", [3, 4], [0]),
	expanded("adds an axis inside", [3, 4], [1]),
	expanded("adds an axis at the end", [3, 4], [2]),
	expanded("adds axes apart", [3, 4], [0, 2]),
	expanded("adds neighbouring axes", [3, 4], [1, 2]),
	expanded("takes axes in any order", [3, 4], [3, 0]),
	expanded("makes a scalar a matrix", [], [0, 1]),
	expanded("takes an empty axis", [0, 4], [1]),
	operationCase("takes int", { x: { shape: [2, 3], type: "int" } }, (ops, { x }) => ops.expandDims(x, [1]), {
		draw: { x: indexBelow(9) },
	}),
	operationCase(
		"spreads a mask over heads and queries",
		{ mask: { shape: ["batch", "length"] }, scores: { shape: ["batch", 2, "length", "length"] } },
		(ops, { mask, scores }) => ops.mul(scores, ops.expandDims(mask, [1, 2])),
		{ sizes },
	),
]

const sliced = (what: string, axis: number, start: number, end: number) =>
	operationCase(what, { x: { shape: [4, 5, 3] } }, (ops, { x }) => ops.slice(x, axis, { start, end }))

export const sliceCases: readonly OperationCase[] = [
	sliced("takes the start of the first axis", 0, 0, 2),
	sliced("takes the start of an inner axis", 1, 0, 1),
	sliced("takes the middle of an inner axis", 1, 1, 4),
	sliced("takes the end of an inner axis", 1, 3, 5),
	sliced("takes the last of the last axis", 2, 2, 3),
	sliced("takes everything", 1, 0, 5),
	operationCase("takes an empty axis", { x: { shape: [0, 4] } }, (ops, { x }) => ops.slice(x, 1, { start: 1, end: 3 })),
	operationCase(
		"takes int",
		{ x: { shape: [2, 4], type: "int" } },
		(ops, { x }) => ops.slice(x, 1, { start: 1, end: 3 }),
		{ draw: { x: indexBelow(9) } },
	),
	operationCase(
		"takes the first token of symbolic lengths",
		{ x: { shape: ["batch", "length", 4] } },
		(ops, { x }) => ops.slice(x, 1, { start: 0, end: 1 }),
		{ sizes },
	),
	operationCase(
		"cuts one value into two",
		{ x: { shape: ["batch", 6] } },
		(ops, { x }) => {
			const [low, high] = [ops.slice(x, 1, { start: 0, end: 3 }), ops.slice(x, 1, { start: 3, end: 6 })]
			return ops.mul(low, high)
		},
		{ sizes: [{ batch: 2 }, { batch: 3 }] },
	),
]

const padded = (what: string, shape: Shape, axis: number, start: number) =>
	operationCase(what, { x: { shape }, like: { shape: [4, 5, 3] } }, (ops, { x, like }) =>
		ops.padTo(x, like, { axis, start }),
	)

export const padToCases: readonly OperationCase[] = [
	padded("puts at the start", [4, 2, 3], 1, 0),
	padded("puts in the middle", [4, 2, 3], 1, 2),
	padded("puts at the end", [4, 2, 3], 1, 3),
	padded("puts at the end of the first axis", [1, 5, 3], 0, 3),
	padded("puts at the start of the last axis", [4, 5, 2], 2, 0),
	padded("fills everything", [4, 5, 3], 1, 0),
	operationCase(
		"makes zeros of nothing",
		{ x: { shape: [2, 0] }, like: { shape: [2, 3] } },
		(ops, { x, like }) => ops.padTo(x, like, { axis: 1, start: 1 }),
		{ wrt: [] },
	),
	operationCase(
		"puts a first token into symbolic lengths",
		{ x: { shape: ["batch", 1, 4] }, like: { shape: ["batch", "length", 4] } },
		(ops, { x, like }) => ops.padTo(x, like, { axis: 1, start: 0 }),
		{ sizes },
	),
]

const summed = (what: string, shape: Shape, axes: readonly number[]) =>
	operationCase(what, { x: { shape } }, (ops, { x }) => ({
		dropped: ops.reduceSum(x, axes),
		kept: ops.reduceSum(x, axes, { keepDims: true }),
	}))

export const reduceSumCases: readonly OperationCase[] = [
	summed("sums the first axis", [4, 2, 3], [0]),
	summed("sums an inner axis", [4, 2, 3], [1]),
	summed("sums the last axis", [4, 2, 3], [2]),
	summed("sums two axes", [4, 2, 3], [0, 2]),
	summed("takes axes in any order", [4, 2, 3], [2, 0]),
	summed("sums all axes", [4, 2, 3], [0, 1, 2]),
	summed("sums an axis of one element", [4, 1, 3], [1]),
	summed("leaves everything without axes", [2, 3], []),
	summed("leaves a scalar", [], []),
	summed("sums no elements to zero", [2, 0, 3], [1]),
	summed("sums beside an empty axis", [2, 0, 3], [2]),
	operationCase(
		"sums symbolic sizes",
		{ x: { shape: ["batch", "length", 4] } },
		(ops, { x }) => ({ tokens: ops.reduceSum(x, [1]), all: ops.reduceSum(x, [0, 1], { keepDims: true }) }),
		{ sizes },
	),
]

const repeated = (what: string, from: Shape, to: Shape) =>
	operationCase(what, { x: { shape: from }, like: { shape: to } }, (ops, { x, like }) => ops.broadcastTo(x, like), {
		sizes,
	})

export const broadcastToCases: readonly OperationCase[] = [
	repeated("repeats a scalar", [], [2, 3]),
	repeated("repeats a vector", [3], [4, 2, 3]),
	repeated("repeats an inner axis", [2, 1, 3], [2, 4, 3]),
	repeated("repeats several axes", [1, 4, 1], [2, 3, 4, 5]),
	repeated("repeats to nothing", [1, 3], [0, 3]),
	repeated("repeats a vector to symbolic sizes", [4], ["batch", "length", 4]),
	repeated("repeats a row a sample", ["batch", 1, 4], ["batch", "length", 4]),
	operationCase(
		"repeats a constant",
		{ like: { shape: ["batch", 3] } },
		(ops, { like }) => ops.broadcastTo(ops.constant(0.5), like),
		{ sizes, wrt: [] },
	),
]
