import type { Value } from "../graph/graph.ts"
import type { OperationName } from "../graph/operation.ts"
import { biasedProduct, gemm, matMul } from "./lower-products.ts"
import { isConstantTable, isWorthQuantizing, quantizedGather, quantizedGemm } from "./lower-quantized.ts"
import { empty, named, produce, sizeOf } from "./lowering.ts"
import { elementTypes } from "./model-proto.ts"
import type { Writer } from "./writer.ts"

type Lowering = (value: Value, writer: Writer) => void

const direct =
	(type: string, attributes: Record<string, number | readonly number[]> = {}): Lowering =>
	(value, writer) =>
		produce(writer, value, type, { inputs: value.inputs.map((input) => writer.nameOf(input)), attributes })

const nothing: Lowering = () => {}

/** One operator, or a short chain, per operation. */
export const lowerings: { readonly [Name in OperationName]: Lowering } = {
	input: nothing,
	constant: nothing,
	add(value, writer) {
		const product = biasedProduct(value, writer)
		if (product === undefined)
			produce(writer, value, "Add", { inputs: value.inputs.map((input) => writer.nameOf(input)) })
		else if (writer.quantizes && isWorthQuantizing(product)) quantizedGemm(value, product, writer)
		else gemm(value, product, writer)
	},
	sub: direct("Sub"),
	mul: direct("Mul"),
	div: direct("Div"),
	exp: direct("Exp"),
	erf: direct("Erf"),
	tanh: direct("Tanh"),
	gelu,
	relu: direct("Relu"),
	step(value, writer) {
		const positive = writer.emit("Relu", [writer.nameOf(value.inputs[0]!)])
		produce(writer, value, "Sign", { inputs: [positive] })
	},
	softmax: direct("Softmax", { axis: -1 }),
	logSoftmax: direct("LogSoftmax", { axis: -1 }),
	layerNorm,
	layerNormMean: nothing,
	layerNormInverseDeviation: nothing,
	matMul,
	gather(value, writer) {
		if (writer.quantizes && isConstantTable(value.inputs[0]!)) return quantizedGather(value, writer)
		const inputs = value.inputs.map((input) => writer.nameOf(input))
		produce(writer, value, "Gather", { inputs, attributes: { axis: 0 } })
	},
	splitHeads(value, writer) {
		const [, heads, , channels] = value.shape as number[]
		const x = value.inputs[0]!
		if (channels === 0) return empty(value, writer, [sizeOf(writer, x, 0), heads!, sizeOf(writer, x, 1), 0])
		const split = writer.emit("Reshape", [writer.nameOf(x), writer.integers([0, 0, heads!, channels!])])
		produce(writer, value, "Transpose", { inputs: [split], attributes: { perm: [0, 2, 1, 3] } })
	},
	mergeHeads(value, writer) {
		const swapped = writer.emit("Transpose", [writer.nameOf(value.inputs[0]!)], { attributes: { perm: [0, 2, 1, 3] } })
		const width = value.shape[2] as number
		// The first two axes of the transposed value are the batch and the length.
		if (width > 0) return produce(writer, value, "Reshape", { inputs: [swapped, writer.integers([0, 0, width])] })
		empty(value, writer, [sizeOf(writer, value.inputs[0]!, 0), sizeOf(writer, value.inputs[0]!, 2), 0])
	},
	flattenRows(value, writer) {
		const x = value.inputs[0]!
		const width = value.shape[1] as number
		if (width > 0) {
			return produce(writer, value, "Reshape", { inputs: [writer.nameOf(x), writer.integers([-1, width])] })
		}
		const rows = writer.emit("Mul", [sizeOf(writer, x, 0), sizeOf(writer, x, 1)])
		empty(value, writer, [rows, 0])
	},
	expandDims(value, writer) {
		const axes = writer.integers(named<"expandDims">(value).axes)
		produce(writer, value, "Unsqueeze", { inputs: [writer.nameOf(value.inputs[0]!), axes] })
	},
	slice(value, writer) {
		const { axis, start, end } = named<"slice">(value)
		const range = [[start], [end], [axis]].map((list) => writer.integers(list))
		produce(writer, value, "Slice", { inputs: [writer.nameOf(value.inputs[0]!), ...range] })
	},
	padTo,
	reduceSum(value, writer) {
		const { axes, keepDims } = named<"reduceSum">(value)
		const inputs = [writer.nameOf(value.inputs[0]!), writer.integers(axes)]
		produce(writer, value, "ReduceSum", { inputs, attributes: { keepdims: keepDims ? 1 : 0, noop_with_empty_axes: 1 } })
	},
	broadcastTo(value, writer) {
		const [x, like] = value.inputs.map((input) => writer.nameOf(input)) as [string, string]
		// ONNX Runtime takes an Expand to a size of 0 for one that does nothing.
		if (value.shape.includes(0)) {
			return produce(writer, value, "ConstantOfShape", { inputs: [writer.emit("Shape", [like])] })
		}
		produce(writer, value, "Expand", { inputs: [x, writer.emit("Shape", [like])] })
	},
	iota(value, writer) {
		const size = sizeOf(writer, value.inputs[0]!, named<"iota">(value).axis)
		const [from, step] = [0, 1].map((number) => writer.integers([number], { scalar: true })) as [string, string]
		if (writer.integerType === "int64") return produce(writer, value, "Range", { inputs: [from, size, step] })
		const range = writer.emit("Range", [from, size, step])
		produce(writer, value, "Cast", { inputs: [range], attributes: { to: elementTypes[writer.integerType] } })
	},
	toFloat: direct("Cast", { to: elementTypes.float32 }),
}

/** The chain x * 0.5 * (1 + erf(x / sqrt 2)) in the order in which ONNX Runtime recognises and fuses it. */
function gelu(value: Value, writer: Writer) {
	const x = writer.nameOf(value.inputs[0]!)
	const scaled = writer.emit("Div", [x, writer.scalar(Math.SQRT2)])
	const shifted = writer.emit("Add", [writer.emit("Erf", [scaled]), writer.scalar(1)])
	produce(writer, value, "Mul", { inputs: [writer.emit("Mul", [x, shifted]), writer.scalar(0.5)] })
}

/** Mean and inverse deviation are further outputs of the same node, asked for only where the graph uses them. */
function layerNorm(value: Value, writer: Writer) {
	const consumers = writer.consumersOf(value)
	const statistic = (name: OperationName) => consumers.find((consumer) => consumer.operation.name === name)
	const [mean, inverse] = [statistic("layerNormMean"), statistic("layerNormInverseDeviation")]
	const outputs = [writer.nameOf(value)]
	if (mean !== undefined || inverse !== undefined) {
		outputs.push(mean === undefined ? "" : writer.nameOf(mean))
		if (inverse !== undefined) outputs.push(writer.nameOf(inverse))
	}
	writer.push({
		type: "LayerNormalization",
		inputs: value.inputs.map((input) => writer.nameOf(input)),
		outputs,
		attributes: { axis: -1, epsilon: { float: named<"layerNorm">(value).epsilon } },
	})
	for (const consumer of consumers) {
		const first = consumer.operation.name === "layerNormMean" ? mean : inverse
		const again = consumer.operation.name === "layerNormMean" || consumer.operation.name === "layerNormInverseDeviation"
		if (again && first !== undefined && consumer !== first) {
			produce(writer, consumer, "Identity", { inputs: [writer.nameOf(first)] })
		}
	}
}

/** Pad wants how much to add before and after: the latter is what is left of the size of `like`. */
function padTo(value: Value, writer: Writer) {
	const [x, like] = value.inputs as [Value, Value]
	const { axis, start } = named<"padTo">(value)
	const used = writer.emit("Add", [sizeOf(writer, x, axis), writer.integers([start], { scalar: true })])
	const after = writer.emit("Sub", [sizeOf(writer, like, axis), used])
	const after1 = writer.emit("Unsqueeze", [after, writer.integers([0])])
	const rank = value.shape.length
	const before = Array.from({ length: rank + axis }, (_, i) => (i === axis ? start : 0))
	const rest = rank - axis - 1
	const pads = [writer.integers(before), after1, ...(rest > 0 ? [writer.integers(Array(rest).fill(0))] : [])]
	const joined = writer.emit("Concat", pads, { attributes: { axis: 0 } })
	produce(writer, value, "Pad", { inputs: [writer.nameOf(x), joined] })
}
