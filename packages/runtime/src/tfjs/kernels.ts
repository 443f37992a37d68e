import { ShapeError } from "@winnow/tensor"
import type { StepName, StepNamed } from "./call.ts"
import type { Device, Tensor } from "./device.ts"

/** Steps that compute something; feeds and constants are there. */
export type ComputedStep = Exclude<StepName, "feed" | "constant">

/**
 * Computes one call, as a tensor of its own.
 *
 * @param shape - of the result
 */
export type Kernel<Name extends ComputedStep = ComputedStep> = (
	operands: readonly Tensor[],
	o: { readonly device: Device; readonly shape: number[]; readonly step: StepNamed<Name> },
) => Tensor

const unary =
	(name: "exp" | "erf" | "tanh" | "relu" | "step" | "square" | "rsqrt" | "softmax" | "logSoftmax"): Kernel =>
	([x], { device: { tf } }) =>
		tf[name](x!)

const binary =
	(name: "add" | "sub" | "mul" | "div"): Kernel =>
	([a, b], { device: { tf } }) =>
		tf[name](a!, b!)

export const kernels: { readonly [Name in ComputedStep]: Kernel<Name> } = {
	add: binary("add"),
	sub: binary("sub"),
	mul: binary("mul"),
	div: binary("div"),
	exp: unary("exp"),
	erf: unary("erf"),
	tanh: unary("tanh"),
	relu: unary("relu"),
	step: unary("step"),
	square: unary("square"),
	rsqrt: unary("rsqrt"),
	softmax: unary("softmax"),
	logSoftmax: unary("logSoftmax"),
	mean: ([x], { device: { tf } }) => tf.mean(x!, -1, true),
	sum: ([x], { device: { tf }, step: { axes, keepDims } }) => tf.sum(x!, [...axes], keepDims),
	matMul: ([a, b, bias], { device, shape, step: { transposeA, transposeB } }) =>
		device.matMul({ a: a!, b: b!, bias, transposeA, transposeB, shape }),
	gather([table, indices], { device: { tf } }) {
		checkIndices(indices!, table!.shape[0]!)
		return tf.gather(table!, indices as never)
	},
	reshape: ([x], { device: { tf }, shape }) => tf.reshape(x!, shape),
	transpose: ([x], { device: { tf }, step: { perm } }) => tf.transpose(x!, [...perm]),
	slice([x], { device: { tf }, shape, step: { axis, start, end } }) {
		checkRange("slice", x!.shape[axis]!, end)
		return tf.slice(
			x!,
			shape.map((_, i) => (i === axis ? start : 0)),
			shape,
		)
	},
	pad([x], { device: { tf }, shape, step: { axis, start } }) {
		const end = start + x!.shape[axis]!
		checkRange("padTo", shape[axis]!, end)
		return tf.pad(
			x!,
			shape.map((size, i) => (i === axis ? [start, size - end] : [0, 0])),
		)
	},
	broadcast: ([x], { device: { tf }, shape }) => tf.broadcastTo(x!, shape),
	toFloat: ([x], { device: { tf } }) => tf.cast(x!, "float32"),
	range: (_, { device: { tf }, shape: [size] }) => tf.range(0, size!, 1, "int32"),
}

/** Backends read what lies beside a table, or write zeros, where an index leaves it. */
function checkIndices(indices: Tensor, count: number): void {
	const wrong = (indices.dataSync() as Int32Array).find((index) => index < 0 || index >= count)
	if (wrong !== undefined) throw new ShapeError("gather", "every index", `from 0 to ${count - 1}`, wrong)
}

function checkRange(where: string, size: number, end: number): void {
	if (end > size) throw new ShapeError(where, "the end of the range", `at most ${size}`, end)
}
