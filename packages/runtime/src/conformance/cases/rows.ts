import type { Ops } from "../../graph/ops.ts"
import { type OperationCase, operationCase, batchesAndLengths as sizes } from "../operation-case.ts"
import { between, drawn, random } from "../random.ts"

export function softmaxCases(name: "softmax" | "logSoftmax"): readonly OperationCase[] {
	const shaped = (what: string, shape: readonly number[], draw = between(-2, 2)) =>
		operationCase(what, { x: { shape } }, (ops, { x }) => ops[name](x), { draw: { x: draw } })
	return [
		shaped("takes a vector", [6]),
		shaped("takes the last axis of four", [2, 3, 4, 5]),
		shaped("takes rows of one element", [3, 1]),
		shaped("takes no rows", [0, 4]),
		// exp overflows float32 at 89.
		shaped("stands scores beyond the range of exp", [4, 5], between(-500, 500)),
		operationCase(
			"gives masked scores no share",
			{ x: { shape: ["batch", "length"] } },
			(ops, { x }) => {
				const masked = ops.constant({ shape: [1, 1], data: Float32Array.of(-1e9) })
				const hidden = ops.padTo(ops.broadcastTo(masked, ops.slice(x, 1, { start: 0, end: 1 })), x, {
					axis: 1,
					start: 1,
				})
				const y = ops[name](ops.add(x, hidden))
				// Logarithms of masked scores are as large as the mask: only the others are compared.
				return ops.slice(y, 1, { start: 0, end: 1 })
			},
			{
				sizes: [
					{ batch: 2, length: 4 },
					{ batch: 1, length: 2 },
				],
			},
		),
		operationCase(
			"takes symbolic sizes",
			{ x: { shape: ["batch", 2, "length", "length"] } },
			(ops, { x }) => ops[name](x),
			{
				sizes,
			},
		),
	]
}

const epsilon = 1e-5
const vector = (ops: Ops, size: number, seed: number) =>
	ops.constant({ shape: [size], data: drawn(size, random(seed), between(0.5, 1.5)) })
const constants = (ops: Ops) => ({ scale: vector(ops, 8, 1), bias: vector(ops, 8, 2), epsilon })

const norm = { x: { shape: [2, 3, 8] }, scale: { shape: [8] }, bias: { shape: [8] } } as const
const symbolic = { x: { shape: ["batch", "length", 8] } } as const

export const layerNormCases: readonly OperationCase[] = [
	operationCase("takes scale and bias as inputs", norm, (ops, { x, ...affine }) =>
		ops.layerNorm(x, { ...affine, epsilon }),
	),
	operationCase("takes scale and bias as constants", symbolic, (ops, { x }) => ops.layerNorm(x, constants(ops)), {
		sizes,
	}),
	operationCase("takes a vector", { x: { shape: [8] } }, (ops, { x }) => ops.layerNorm(x, constants(ops))),
	operationCase("takes no rows", { x: { shape: [0, 8] } }, (ops, { x }) => ops.layerNorm(x, constants(ops))),
	operationCase("heeds a large epsilon", { x: { shape: [3, 8] } }, (ops, { x }) =>
		ops.layerNorm(x, { ...constants(ops), epsilon: 0.5 }),
	),
	operationCase("makes constant rows the bias", { x: { shape: [2, 1] } }, (ops, { x }) =>
		ops.layerNorm(x, { scale: vector(ops, 1, 1), bias: vector(ops, 1, 2), epsilon: 0.1 }),
	),
	operationCase(
		"is applied twice",
		symbolic,
		(ops, { x }) => ops.layerNorm(ops.layerNorm(x, constants(ops)), constants(ops)),
		{ sizes },
	),
]

export const layerNormMeanCases: readonly OperationCase[] = [
	operationCase(
		"comes with the normalised rows",
		symbolic,
		(ops, { x }) => {
			const y = ops.layerNorm(x, constants(ops))
			return { y, mean: ops.layerNormMean(y) }
		},
		{ sizes, wrt: [] },
	),
	operationCase(
		"is asked for twice",
		symbolic,
		(ops, { x }) => {
			const y = ops.layerNorm(x, constants(ops))
			return { first: ops.layerNormMean(y), second: ops.layerNormMean(y), inverse: ops.layerNormInverseDeviation(y) }
		},
		{ sizes, wrt: [] },
	),
	operationCase(
		"comes alone",
		{ x: { shape: [3, 8] } },
		(ops, { x }) => ops.layerNormMean(ops.layerNorm(x, constants(ops))),
		{ wrt: [] },
	),
]

export const layerNormInverseDeviationCases: readonly OperationCase[] = [
	operationCase(
		"comes with the normalised rows",
		symbolic,
		(ops, { x }) => {
			const y = ops.layerNorm(x, constants(ops))
			return { y, inverse: ops.layerNormInverseDeviation(y) }
		},
		{ sizes, wrt: [] },
	),
	operationCase(
		"comes alone, with a large epsilon",
		{ x: { shape: [3, 8] } },
		(ops, { x }) => ops.layerNormInverseDeviation(ops.layerNorm(x, { ...constants(ops), epsilon: 0.5 })),
		{ wrt: [] },
	),
	operationCase(
		"undoes the normalisation together with the mean",
		symbolic,
		(ops, { x }) => {
			const y = ops.layerNorm(x, { ...constants(ops), bias: ops.mul(vector(ops, 8, 2), ops.constant(0)) })
			const centred = ops.div(ops.div(y, vector(ops, 8, 1)), ops.layerNormInverseDeviation(y))
			return ops.add(centred, ops.layerNormMean(y))
		},
		{ sizes, wrt: [] },
	),
]
