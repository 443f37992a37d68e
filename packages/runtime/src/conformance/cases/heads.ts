import { type OperationCase, operationCase, batchesAndLengths as sizes } from "../operation-case.ts"

export const splitHeadsCases: readonly OperationCase[] = [
	operationCase("splits in two", { x: { shape: [2, 3, 8] } }, (ops, { x }) => ops.splitHeads(x, 2)),
	operationCase("splits in one", { x: { shape: [2, 3, 4] } }, (ops, { x }) => ops.splitHeads(x, 1)),
	operationCase("splits into single channels", { x: { shape: [2, 3, 4] } }, (ops, { x }) => ops.splitHeads(x, 4)),
	operationCase("splits no channels", { x: { shape: [2, 3, 0] } }, (ops, { x }) => ops.splitHeads(x, 2)),
	operationCase(
		"takes symbolic sizes",
		{ x: { shape: ["batch", "length", 6] } },
		(ops, { x }) => ops.splitHeads(x, 3),
		{ sizes },
	),
]

export const mergeHeadsCases: readonly OperationCase[] = [
	operationCase("merges two", { x: { shape: [2, 2, 3, 4] } }, (ops, { x }) => ops.mergeHeads(x)),
	operationCase("merges one", { x: { shape: [2, 1, 3, 4] } }, (ops, { x }) => ops.mergeHeads(x)),
	// Into how many channels the gradient would have to be split is unknown without heads.
	operationCase("merges none", { x: { shape: [2, 0, 3, 4] } }, (ops, { x }) => ops.mergeHeads(x), { wrt: [] }),
	operationCase(
		"takes symbolic sizes",
		{ x: { shape: ["batch", 3, "length", 2] } },
		(ops, { x }) => ops.mergeHeads(x),
		{ sizes },
	),
]

export const flattenRowsCases: readonly OperationCase[] = [
	operationCase("takes fixed sizes", { x: { shape: [2, 3, 4] } }, (ops, { x }) => ops.flattenRows(x), { wrt: [] }),
	operationCase("takes no columns", { x: { shape: [2, 3, 0] } }, (ops, { x }) => ops.flattenRows(x), { wrt: [] }),
	operationCase("takes symbolic sizes", { x: { shape: ["batch", "length", 4] } }, (ops, { x }) => ops.flattenRows(x), {
		sizes,
		wrt: [],
	}),
	operationCase(
		"lets a product sum over all rows",
		{ x: { shape: ["batch", "length", 4] } },
		(ops, { x }) => ops.matMul(ops.flattenRows(x), ops.flattenRows(x), { transposeA: true }),
		{ sizes, wrt: [] },
	),
]
