import { type NumericArray, ShapeError } from "@winnow/tensor"
import { type ElementType, type Graph, inOrder, type Shape, type Value } from "./graph.ts"
import type { Operation } from "./operation.ts"
import { broadcastShape, elements, matMulShape, productDim, shown } from "./shapes.ts"

/**
 * The operations that programs are written with. Each makes a node; nothing is computed here.
 *
 * Letters in the shapes: `B` batch, `T` length, `h` heads, `e` channels of a head, `...` any leading axes.
 */
export interface Ops {
	/** A float scalar, or an array that stays in the program (weights are: runtimes pack them). */
	constant(value: number | { readonly shape: readonly number[]; readonly data: NumericArray }): Value
	/** Elementwise with NumPy's broadcasting. */
	add(a: Value, b: Value): Value
	sub(a: Value, b: Value): Value
	mul(a: Value, b: Value): Value
	div(a: Value, b: Value): Value
	exp(x: Value): Value
	/** 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
	erf(x: Value): Value
	tanh(x: Value): Value
	/** x (1 + erf(x / sqrt 2)) / 2, the exact form. */
	gelu(x: Value): Value
	/** max(x, 0). Its slope at 0 is 0. */
	relu(x: Value): Value
	/** 1 where x > 0, else 0. Flat on both sides: its gradient is 0 everywhere. */
	step(x: Value): Value
	/** Over the last axis. */
	softmax(x: Value): Value
	logSoftmax(x: Value): Value
	/** (x - mean) / sqrt(variance + epsilon) * scale + bias over the last axis. `[..., d]`, scale and bias `[d]` */
	layerNorm(x: Value, o: { readonly scale: Value; readonly bias: Value; readonly epsilon: number }): Value
	/** The mean that a layerNorm node subtracted. `[..., 1]`. Has no gradient of its own: it serves layerNorm's. */
	layerNormMean(norm: Value): Value
	/** 1 / sqrt(variance + epsilon) of a layerNorm node. `[..., 1]`. Has no gradient of its own. */
	layerNormInverseDeviation(norm: Value): Value
	/** Matrix product of the last two axes, leading axes broadcast. */
	matMul(a: Value, b: Value, o?: { readonly transposeA?: boolean; readonly transposeB?: boolean }): Value
	/** Rows of a table. table `[v, d]`, indices `int [...]` -> `[..., d]`. The table has no gradient. */
	gather(table: Value, indices: Value): Value
	/** `[B, T, h e]` -> `[B, h, T, e]` */
	splitHeads(x: Value, heads: number): Value
	/** `[B, h, T, e]` -> `[B, T, h e]` */
	mergeHeads(x: Value): Value
	/** `[B, T, n]` -> `[B T, n]`, so that a matMul can sum over all rows. Has no gradient. */
	flattenRows(x: Value): Value
	/** Puts axes of size 1 where `axes` says (positions in the result). */
	expandDims(x: Value, axes: readonly number[]): Value
	/** `start <= index < end` along one axis. */
	slice(x: Value, axis: number, range: { readonly start: number; readonly end: number }): Value
	/** Zeros of the shape of `like` with `x` put at `start` along `axis`: what the gradient of slice is. */
	padTo(x: Value, like: Value, o: { readonly axis: number; readonly start: number }): Value
	reduceSum(x: Value, axes: readonly number[], o?: { readonly keepDims?: boolean }): Value
	/** Repeats x to the shape of `like`. */
	broadcastTo(x: Value, like: Value): Value
	/** 0, 1, ... along an axis of x: `int [size of the axis]`. */
	iota(x: Value, axis: number): Value
	/** The numbers of an `int` value as `float`. Has no gradient. */
	toFloat(x: Value): Value
}

const node = (operation: Operation, inputs: readonly Value[], shape: Shape, type: ElementType = "float"): Value => ({
	operation,
	inputs,
	shape,
	type,
})

const binary = (name: "add" | "sub" | "mul" | "div") => (a: Value, b: Value) => {
	checkFloat(name, a, b)
	return node({ name }, [a, b], broadcastShape(name, a.shape, b.shape))
}

type Unary = "exp" | "erf" | "tanh" | "gelu" | "relu" | "step" | "softmax" | "logSoftmax"

const unary = (name: Unary) => (x: Value) => {
	checkFloat(name, x)
	return node({ name }, [x], x.shape)
}

const ofLayerNorm = (name: "layerNormMean" | "layerNormInverseDeviation") => (norm: Value) => {
	if (norm.operation.name !== "layerNorm") throw new ShapeError(name, "its operand", "a layerNorm", norm.operation.name)
	return node({ name }, [norm], [...norm.shape.slice(0, -1), 1])
}

function checkFloat(where: string, ...operands: readonly Value[]): void {
	const other = operands.find(({ type }) => type !== "float")
	if (other !== undefined) throw new ShapeError(where, "its operands", "float", other.type)
}

function checkAxes(where: string, axes: readonly number[], rank: number): void {
	const wrong = axes.find((axis, i) => !Number.isInteger(axis) || axis < 0 || axis >= rank || axes.indexOf(axis) !== i)
	if (wrong !== undefined) throw new ShapeError(where, "axes", `distinct and from 0 to ${rank - 1}`, wrong)
}

const sameShape = (a: Shape, b: Shape) => a.length === b.length && a.every((size, axis) => size === b[axis])

const check = (holds: boolean, where: string, what: string, expected: string, shape: Shape) => {
	if (!holds) throw new ShapeError(where, what, expected, shown(shape))
}

export const ops: Ops = {
	constant(value) {
		if (typeof value === "number") return node({ name: "constant", data: Float64Array.of(value) }, [], [])
		const { shape, data } = value
		if (data.length !== elements(shape)) {
			throw new ShapeError("constant", "the data", `${elements(shape)} long for its shape ${shown(shape)}`, data.length)
		}
		return node({ name: "constant", data }, [], shape, data instanceof Int32Array ? "int" : "float")
	},
	add: binary("add"),
	sub: binary("sub"),
	mul: binary("mul"),
	div: binary("div"),
	exp: unary("exp"),
	erf: unary("erf"),
	tanh: unary("tanh"),
	gelu: unary("gelu"),
	relu: unary("relu"),
	step: unary("step"),
	softmax: unary("softmax"),
	logSoftmax: unary("logSoftmax"),
	layerNorm(x, { scale, bias, epsilon }) {
		const size = x.shape.at(-1)
		for (const vector of [scale, bias]) {
			check(
				vector.shape.length === 1 && vector.shape[0] === size,
				"layerNorm",
				"scale and bias",
				`[${size}]`,
				vector.shape,
			)
		}
		return node({ name: "layerNorm", epsilon }, [x, scale, bias], x.shape)
	},
	layerNormMean: ofLayerNorm("layerNormMean"),
	layerNormInverseDeviation: ofLayerNorm("layerNormInverseDeviation"),
	matMul(a, b, { transposeA = false, transposeB = false } = {}) {
		checkFloat("matMul", a, b)
		const shape = matMulShape(a.shape, b.shape, transposeA, transposeB)
		return node({ name: "matMul", transposeA, transposeB }, [a, b], shape)
	},
	gather(table, indices) {
		check(table.shape.length === 2, "gather", "the table", "of rank 2", table.shape)
		if (indices.type !== "int") throw new ShapeError("gather", "the indices", "int", indices.type)
		return node({ name: "gather" }, [table, indices], [...indices.shape, table.shape[1] as number])
	},
	splitHeads(x, heads) {
		const [batch, length, width] = x.shape
		const whole = typeof width === "number" && heads > 0 && width % heads === 0
		check(x.shape.length === 3 && whole, "splitHeads", "x", `[batch, length, a multiple of ${heads}]`, x.shape)
		return node({ name: "splitHeads", heads }, [x], [batch!, heads, length!, (width as number) / heads])
	},
	mergeHeads(x) {
		const [batch, heads, length, channels] = x.shape
		const known = typeof heads === "number" && typeof channels === "number"
		check(x.shape.length === 4 && known, "mergeHeads", "x", "[batch, heads, length, channels]", x.shape)
		return node({ name: "mergeHeads" }, [x], [batch!, length!, (heads as number) * (channels as number)])
	},
	flattenRows(x) {
		check(x.shape.length === 3, "flattenRows", "x", "[batch, length, width]", x.shape)
		return node({ name: "flattenRows" }, [x], [productDim(x.shape[0]!, x.shape[1]!), x.shape[2]!])
	},
	expandDims(x, axes) {
		checkAxes("expandDims", axes, x.shape.length + axes.length)
		const shape = [...x.shape]
		for (const axis of [...axes].sort((p, q) => p - q)) shape.splice(axis, 0, 1)
		return node({ name: "expandDims", axes }, [x], shape, x.type)
	},
	slice(x, axis, { start, end }) {
		checkAxes("slice", [axis], x.shape.length)
		const size = x.shape[axis]!
		const inside = start >= 0 && start < end && (typeof size !== "number" || end <= size)
		check(inside, "slice", "x", `sliceable from ${start} to ${end} at axis ${axis}`, x.shape)
		return node({ name: "slice", axis, start, end }, [x], x.shape.with(axis, end - start), x.type)
	},
	padTo(x, like, { axis, start }) {
		const others = x.shape.every((size, i) => i === axis || size === like.shape[i])
		check(
			others && x.shape.length === like.shape.length,
			"padTo",
			"x",
			`${shown(like.shape)} but for axis ${axis}`,
			x.shape,
		)
		return node({ name: "padTo", axis, start }, [x, like], like.shape)
	},
	reduceSum(x, axes, { keepDims = false } = {}) {
		checkAxes("reduceSum", axes, x.shape.length)
		checkFloat("reduceSum", x)
		const shape = keepDims
			? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
			: x.shape.filter((_, axis) => !axes.includes(axis))
		return node({ name: "reduceSum", axes, keepDims }, [x], shape)
	},
	broadcastTo(x, like) {
		if (sameShape(x.shape, like.shape)) return x
		const shape = broadcastShape("broadcastTo", x.shape, like.shape)
		check(
			shape.length === like.shape.length && shape.every((size, i) => size === like.shape[i]),
			"broadcastTo",
			"x",
			`broadcastable to ${shown(like.shape)}`,
			x.shape,
		)
		return node({ name: "broadcastTo" }, [x, like], like.shape)
	},
	iota(x, axis) {
		checkAxes("iota", [axis], x.shape.length)
		return node({ name: "iota", axis }, [x], [x.shape[axis]!], "int")
	},
	toFloat(x) {
		if (x.type !== "int") throw new ShapeError("toFloat", "its operand", "int", x.type)
		return node({ name: "toFloat" }, [x], x.shape)
	},
}

/** Shape and element type (default `float`) of every input of a program. */
export type InputShapes = Readonly<Record<string, { readonly shape: Shape; readonly type?: ElementType }>>

/**
 * Runs a program once on symbols and returns it as a graph.
 *
 * @throws {ShapeError} where sizes do not fit
 * @example
 * trace({ x: { shape: ["batch", 3] } }, (ops, { x }) => ({ y: ops.mul(x, x) }))
 */
export function trace<const Inputs extends InputShapes, Outputs extends Readonly<Record<string, Value>>>(
	shapes: Inputs,
	program: (ops: Ops, inputs: { readonly [Key in keyof Inputs]: Value }) => Outputs,
): Graph & { readonly outputs: Outputs } {
	const inputs = Object.fromEntries(
		Object.entries(shapes).map(([key, { shape, type = "float" }]) => [
			key,
			node({ name: "input", key }, [], shape, type),
		]),
	) as { readonly [Key in keyof Inputs]: Value }
	const outputs = program(ops, inputs)
	for (const key of Object.keys(outputs)) {
		if (Object.hasOwn(shapes, key)) throw new ShapeError("trace", "the name of an output", "no input's", key)
	}
	const known = new Set<Value>(Object.values(inputs))
	for (const value of inOrder(Object.values(outputs))) {
		if (value.operation.name === "input" && !known.has(value)) {
			throw new ShapeError("trace", "every input", "one of this program's", value.operation.key)
		}
	}
	return { inputs, outputs }
}
