import type { Dim, Shape, Value } from "../graph/graph.ts"
import type { OperationName, OperationNamed } from "../graph/operation.ts"
import type { Call, Step } from "./call.ts"
import type { Writer } from "./writer.ts"

type Lowering = (value: Value, writer: Writer) => Call

const named = <Name extends OperationName>(value: Value) => value.operation as OperationNamed<Name>

const emitted = (value: Value, writer: Writer, step: Step) =>
	writer.emit(
		step,
		value.inputs.map((input) => writer.callOf(input)),
		value.shape,
		value.type,
	)

const direct =
	(step: Step): Lowering =>
	(value, writer) =>
		emitted(value, writer, step)

/** One call, or a short chain, per operation. */
export const lowerings: { readonly [Name in OperationName]: Lowering } = {
	input: (value, writer) => emitted(value, writer, { name: "feed", key: named<"input">(value).key }),
	constant(value, writer) {
		const { data } = named<"constant">(value)
		const isScalar = value.shape.length === 0 && value.type === "float"
		return isScalar ? writer.scalar(Number(data[0])) : emitted(value, writer, { name: "constant", data })
	},
	add,
	sub: direct({ name: "sub" }),
	mul: direct({ name: "mul" }),
	div: direct({ name: "div" }),
	exp: direct({ name: "exp" }),
	erf: direct({ name: "erf" }),
	tanh: direct({ name: "tanh" }),
	gelu,
	relu: direct({ name: "relu" }),
	step: direct({ name: "step" }),
	softmax: direct({ name: "softmax" }),
	logSoftmax: direct({ name: "logSoftmax" }),
	layerNorm,
	layerNormMean: ({ inputs: [norm] }, writer) => statisticsOf(norm!, writer).mean,
	layerNormInverseDeviation: ({ inputs: [norm] }, writer) => statisticsOf(norm!, writer).inverse,
	matMul: (value, writer) => product(value, writer),
	gather: direct({ name: "gather" }),
	splitHeads(value, writer) {
		const [batch, heads, length, channels] = value.shape as readonly [Dim, Dim, Dim, Dim]
		const x = writer.callOf(value.inputs[0]!)
		const split = writer.emit({ name: "reshape" }, [x], [batch, length, heads, channels])
		return writer.emit(swapMiddle, [split], value.shape)
	},
	mergeHeads(value, writer) {
		const x = writer.callOf(value.inputs[0]!)
		const [batch, heads, length, channels] = x.shape as readonly [Dim, Dim, Dim, Dim]
		const swapped = writer.emit(swapMiddle, [x], [batch, length, heads, channels])
		return writer.emit({ name: "reshape" }, [swapped], value.shape)
	},
	flattenRows: direct({ name: "reshape" }),
	expandDims: direct({ name: "reshape" }),
	slice(value, writer) {
		const { axis, start, end } = named<"slice">(value)
		return emitted(value, writer, { name: "slice", axis, start, end })
	},
	padTo(value, writer) {
		const { axis, start } = named<"padTo">(value)
		return ofFirst(value, writer, { name: "pad", axis, start })
	},
	reduceSum(value, writer) {
		const { axes, keepDims } = named<"reduceSum">(value)
		return axes.length === 0 ? writer.callOf(value.inputs[0]!) : emitted(value, writer, { name: "sum", axes, keepDims })
	},
	broadcastTo: (value, writer) => ofFirst(value, writer, { name: "broadcast" }),
	// Only the size of the axis is read, and that is part of the shape.
	iota: (value, writer) => writer.emit({ name: "range" }, [], value.shape, "int"),
	toFloat: direct({ name: "toFloat" }),
}

const swapMiddle: Step = { name: "transpose", perm: [0, 2, 1, 3] }

/** Of the first input alone: the other only lends its shape. */
function ofFirst({ inputs, shape }: Value, writer: Writer, step: Step): Call {
	return writer.emit(step, [writer.callOf(inputs[0]!)], shape)
}

/** The bias of `x W + b` with constant W and b goes into the product, when nothing else uses that. */
function add(sum: Value, writer: Writer): Call {
	const [factors, bias] = sum.inputs as readonly [Value, Value]
	const isLinear =
		factors.operation.name === "matMul" &&
		!factors.operation.transposeA &&
		isConstantOfRank(factors.inputs[1]!, 2) &&
		isConstantOfRank(bias, 1) &&
		bias.shape[0] === factors.shape.at(-1) &&
		factors.inputs[0]!.shape.at(-1) !== 0
	if (!isLinear || writer.usesOf(factors) !== 1) return emitted(sum, writer, { name: "add" })
	return product(factors, writer, bias)
}

const isConstantOfRank = (value: Value, rank: number) =>
	value.operation.name === "constant" && value.shape.length === rank

/** A product, and a bias on top of it. Transposes become calls of their own where the device multiplies slowly with them. */
function product(value: Value, writer: Writer, bias?: Value): Call {
	const { transposeA, transposeB } = named<"matMul">(value)
	const operands = value.inputs.map((input) => writer.callOf(input)) as [Call, Call]
	const inputs = bias === undefined ? operands : [...operands, writer.callOf(bias)]
	if (!writer.transposesApart) return writer.emit({ name: "matMul", transposeA, transposeB }, inputs, value.shape)
	if (transposeA) inputs[0] = transposed(operands[0], writer)
	if (transposeB) inputs[1] = transposed(operands[1], writer)
	return writer.emit({ name: "matMul", transposeA: false, transposeB: false }, inputs, value.shape)
}

function transposed(x: Call, writer: Writer): Call {
	const perm = [...x.shape.keys()]
	perm.push(...perm.splice(-2).reverse())
	return writer.emit(
		{ name: "transpose", perm },
		[x],
		perm.map((axis) => x.shape[axis]!),
	)
}

/** x Phi(x), Phi(x) = (1 + erf(x / sqrt 2)) / 2 spelled as in the gradient of gelu, so that both are one call. */
function gelu(value: Value, writer: Writer): Call {
	const x = writer.callOf(value.inputs[0]!)
	const { shape } = value
	const scaled = writer.emit({ name: "div" }, [x, writer.scalar(Math.SQRT2)], shape)
	const shifted = writer.emit({ name: "add" }, [writer.emit({ name: "erf" }, [scaled], shape), writer.scalar(1)], shape)
	const distribution = writer.emit({ name: "mul" }, [shifted, writer.scalar(0.5)], shape)
	return writer.emit({ name: "mul" }, [x, distribution], shape)
}

/** Spelled as in its own gradient, which needs the normalised rows again. */
function layerNorm(value: Value, writer: Writer): Call {
	const [, scale, bias] = value.inputs.map((input) => writer.callOf(input)) as [Call, Call, Call]
	const { shape } = value
	const { centred, inverse } = statisticsOf(value, writer)
	const normalised = writer.emit({ name: "mul" }, [centred, inverse], shape)
	return writer.emit({ name: "add" }, [writer.emit({ name: "mul" }, [normalised, scale], shape), bias], shape)
}

function statisticsOf(norm: Value, writer: Writer) {
	const x = writer.callOf(norm.inputs[0]!)
	const { shape } = norm
	const row: Shape = [...shape.slice(0, -1), 1]
	const mean = writer.emit({ name: "mean" }, [x], row)
	const centred = writer.emit({ name: "sub" }, [x, mean], shape)
	const variance = writer.emit({ name: "mean" }, [writer.emit({ name: "square" }, [centred], shape)], row)
	const epsilon = writer.scalar(named<"layerNorm">(norm).epsilon)
	const inverse = writer.emit({ name: "rsqrt" }, [writer.emit({ name: "add" }, [variance, epsilon], row)], row)
	return { mean, centred, inverse }
}
