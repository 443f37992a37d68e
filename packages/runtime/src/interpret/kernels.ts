import { ShapeError } from "@winnow/tensor"
import type { Value } from "../graph/graph.ts"
import type { OperationName } from "../graph/operation.ts"
import { elements } from "../graph/shapes.ts"
import { erf } from "./erf.ts"
import { matMul, transposed } from "./mat-mul.ts"
import { type Elements, gathered, type Operand } from "./operand.ts"
import { broadcastStrides, positions, stridesOf } from "./positions.ts"
import { inverseDeviationOf, layerNorm, logSoftmax, meanOf, reduceRows, softmax } from "./row-kernels.ts"

/** Operations that compute something; inputs are fed and constants are there. */
export type ComputedName = Exclude<OperationName, "input" | "constant">

/**
 * Computes one node.
 *
 * @param operands - see `operandsOf`
 * @param shape - of the result, with sizes for all symbols
 * @param value - the node itself: its attributes are in `value.operation`
 * @returns the elements of the result; they may be those of an operand, which no kernel writes to
 */
export type Kernel<Name extends ComputedName = ComputedName> = (
	operands: readonly Operand[],
	shape: readonly number[],
	value: Value & { readonly operation: { readonly name: Name } },
) => Elements

/** What the kernel of a value reads: its inputs, but for what belongs to a layerNorm the operand that is normalised. */
export function operandsOf({ operation: { name }, inputs }: Value): readonly Value[] {
	const ofLayerNorm = name === "layerNormMean" || name === "layerNormInverseDeviation"
	return ofLayerNorm ? inputs[0]!.inputs.slice(0, 1) : inputs
}

export const kernels: { readonly [Name in ComputedName]: Kernel<Name> } = {
	add: binary((a, b) => a + b),
	sub: binary((a, b) => a - b),
	mul: binary((a, b) => a * b),
	div: binary((a, b) => a / b),
	exp: unary(Math.exp),
	erf: unary(erf),
	tanh: unary(Math.tanh),
	gelu: unary((x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2))),
	relu: unary((x) => Math.max(x, 0)),
	step: unary((x) => (x > 0 ? 1 : 0)),
	softmax: ([x]) => softmax(x!),
	logSoftmax: ([x]) => logSoftmax(x!),
	layerNorm: ([x, scale, bias], _, { operation }) => layerNorm(x!, scale!.data, bias!.data, operation.epsilon),
	layerNormMean: ([x], shape) => reduceRows(x!, elements(shape), meanOf),
	layerNormInverseDeviation: ([x], shape, { inputs: [norm] }) => {
		const { epsilon } = norm!.operation as Parameters<Kernel<"layerNorm">>[2]["operation"]
		return reduceRows(x!, elements(shape), (row) => inverseDeviationOf(row, epsilon))
	},
	matMul: ([a, b], shape, { operation: { transposeA, transposeB } }) =>
		matMul(transposeA ? transposed(a!) : a!, transposeB ? transposed(b!) : b!, shape),
	gather: ([table, indices], shape) => rowsOf(table!, indices!.data, shape),
	// [B, T, h e] read as [B, h, T, e]
	splitHeads: ([x], shape) => {
		const [, heads, length, channels] = shape as [number, number, number, number]
		const width = heads * channels
		return gathered(x!.data, positions(shape, [length * width, channels, width, 1]))
	},
	// [B, h, T, e] read as [B, T, h, e]
	mergeHeads: ([x]) => {
		const [batch, heads, length, channels] = x!.shape as [number, number, number, number]
		const strides = [heads * length * channels, channels, length * channels, 1]
		return gathered(x!.data, positions([batch, length, heads, channels], strides))
	},
	flattenRows: ([x]) => x!.data,
	expandDims: ([x]) => x!.data,
	slice: ([x], shape, { operation: { axis, start, end } }) => {
		checkRange("slice", x!.shape[axis]!, end)
		const strides = stridesOf(x!.shape)
		return gathered(x!.data, positions(shape, strides, start * strides[axis]!))
	},
	padTo: ([x], shape, { operation: { axis, start } }) => {
		checkRange("padTo", shape[axis]!, start + x!.shape[axis]!)
		const strides = stridesOf(shape)
		const out = new Float64Array(elements(shape))
		const at = positions(x!.shape, strides, start * strides[axis]!)
		for (let i = 0; i < at.length; i++) out[at[i]!] = x!.data[i]!
		return out
	},
	reduceSum: ([x], shape, { operation: { axes } }) => {
		const kept = x!.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
		const sums = new Float64Array(elements(shape))
		const at = positions(x!.shape, broadcastStrides(kept, x!.shape))
		for (let i = 0; i < at.length; i++) sums[at[i]!]! += x!.data[i]!
		return sums
	},
	broadcastTo: ([x], shape) => repeated(x!, shape),
	iota: (_, [size]) => Int32Array.from({ length: size! }, (_, i) => i),
	toFloat: ([x]) => Float64Array.from(x!.data),
}

function unary(f: (x: number) => number): Kernel {
	return ([x]) => {
		const out = new Float64Array(x!.data.length)
		for (let i = 0; i < out.length; i++) out[i] = f(x!.data[i]!)
		return out
	}
}

function binary(f: (a: number, b: number) => number): Kernel {
	return ([a, b], shape) => {
		const left = repeated(a!, shape)
		const right = repeated(b!, shape)
		const out = new Float64Array(left.length)
		for (let i = 0; i < out.length; i++) out[i] = f(left[i]!, right[i]!)
		return out
	}
}

/** The elements of x, repeated to a shape that it broadcasts to. */
function repeated(x: Operand, shape: readonly number[]): Elements {
	if (x.data.length === elements(shape)) return x.data
	return gathered(x.data, positions(shape, broadcastStrides(x.shape, shape)))
}

function rowsOf(table: Operand, indices: Elements, shape: readonly number[]): Elements {
	const [count, width] = table.shape as [number, number]
	const out = new Float64Array(elements(shape))
	for (const [i, index] of indices.entries()) {
		if (index < 0 || index >= count) throw new ShapeError("gather", "every index", `from 0 to ${count - 1}`, index)
		out.set(table.data.subarray(index * width, (index + 1) * width), i * width)
	}
	return out
}

function checkRange(where: string, size: number, end: number): void {
	if (end > size) throw new ShapeError(where, "the end of the range", `at most ${size}`, end)
}
