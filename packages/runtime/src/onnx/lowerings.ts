import type { Value } from "../graph/graph.ts"
import type { Operation, OperationName } from "../graph/operation.ts"
import type { Writer } from "./onnx-model.ts"

type OperationNamed<Name extends OperationName> = Extract<Operation, { readonly name: Name }>
type Lowering = (value: Value, writer: Writer) => void

const named = <Name extends OperationName>(value: Value) => value.operation as OperationNamed<Name>

/** Emits the node that produces `value`, after whatever nodes it needs first. */
function produce(
	writer: Writer,
	value: Value,
	type: string,
	o: { inputs: readonly string[]; attributes?: Record<string, number | readonly number[]> },
) {
	writer.emit(type, o.inputs, { attributes: o.attributes ?? {}, output: writer.nameOf(value) })
}

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
		else gemm(value, product, writer)
	},
	sub: direct("Sub"),
	mul: direct("Mul"),
	div: direct("Div"),
	exp: direct("Exp"),
	erf: direct("Erf"),
	tanh: direct("Tanh"),
	gelu,
	softmax: direct("Softmax", { axis: -1 }),
	logSoftmax: direct("LogSoftmax", { axis: -1 }),
	layerNorm,
	layerNormMean: nothing,
	layerNormInverseDeviation: nothing,
	matMul,
	gather: direct("Gather", { axis: 0 }),
	splitHeads(value, writer) {
		const [, heads, , channels] = value.shape as number[]
		const split = writer.emit("Reshape", [writer.nameOf(value.inputs[0]!), writer.integers([0, 0, heads!, channels!])])
		produce(writer, value, "Transpose", { inputs: [split], attributes: { perm: [0, 2, 1, 3] } })
	},
	mergeHeads(value, writer) {
		const swapped = writer.emit("Transpose", [writer.nameOf(value.inputs[0]!)], { attributes: { perm: [0, 2, 1, 3] } })
		produce(writer, value, "Reshape", { inputs: [swapped, writer.integers([0, 0, value.shape[2] as number])] })
	},
	flattenRows(value, writer) {
		const shape = writer.integers([-1, value.shape[1] as number])
		produce(writer, value, "Reshape", { inputs: [writer.nameOf(value.inputs[0]!), shape] })
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
		produce(writer, value, "ReduceSum", { inputs, attributes: { keepdims: keepDims ? 1 : 0 } })
	},
	broadcastTo(value, writer) {
		const [x, like] = value.inputs.map((input) => writer.nameOf(input)) as [string, string]
		produce(writer, value, "Expand", { inputs: [x, writer.emit("Shape", [like])] })
	},
	iota(value, writer) {
		const size = sizeOf(writer, value.inputs[0]!, named<"iota">(value).axis)
		const [from, step] = [0, 1].map((number) => writer.integers([number], { scalar: true })) as [string, string]
		const range = writer.emit("Range", [from, size, step])
		produce(writer, value, "Cast", { inputs: [range], attributes: { to: 6 } })
	},
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

/** The matMul of `x W + b` with constant W and b, when nothing else uses the product. */
function biasedProduct(sum: Value, writer: Writer): Value | undefined {
	const [product, bias] = sum.inputs as [Value, Value]
	const isLinear =
		product.operation.name === "matMul" &&
		!product.operation.transposeA &&
		isConstantOfRank(product.inputs[1]!, 2) &&
		isConstantOfRank(bias, 1) &&
		bias.shape[0] === product.shape.at(-1)
	return isLinear && writer.usesOf(product) === 1 ? product : undefined
}

const isConstantOfRank = (value: Value, rank: number) =>
	value.operation.name === "constant" && value.shape.length === rank

/** Gemm adds the bias while it multiplies: one pass over the result less. It wants rank 2. */
function gemm(sum: Value, product: Value, writer: Writer) {
	const [x, weights] = product.inputs as [Value, Value]
	const inner = x.shape.at(-1) as number
	const flat = x.shape.length === 2
	const rows = flat ? writer.nameOf(x) : writer.emit("Reshape", [writer.nameOf(x), writer.integers([-1, inner])])
	const inputs = [rows, writer.nameOf(weights), writer.nameOf(sum.inputs[1]!)]
	const attributes = { transB: named<"matMul">(product).transposeB ? 1 : 0 }
	if (flat) return produce(writer, sum, "Gemm", { inputs, attributes })
	const result = writer.emit("Gemm", inputs, { attributes })
	const leading = writer.emit("Slice", [
		writer.emit("Shape", [writer.nameOf(x)]),
		writer.integers([0]),
		writer.integers([-1]),
	])
	const shape = writer.emit("Concat", [leading, writer.integers([sum.shape.at(-1) as number])], {
		attributes: { axis: 0 },
	})
	produce(writer, sum, "Reshape", { inputs: [result, shape] })
}

/** ONNX's MatMul has no transposes: ONNX Runtime folds them into constants and fuses the others. */
function matMul(value: Value, writer: Writer) {
	const [only] = writer.consumersOf(value)
	if (only?.operation.name === "add" && biasedProduct(only, writer) === value) return
	const { transposeA, transposeB } = named<"matMul">(value)
	const flags = [transposeA, transposeB]
	const inputs = value.inputs.map((input, i) => (flags[i] ? transposed(input, writer) : writer.nameOf(input)))
	produce(writer, value, "MatMul", { inputs })
}

function transposed(value: Value, writer: Writer): string {
	const rank = value.shape.length
	const perm = [...Array(rank).keys()]
	perm.splice(rank - 2, 2, rank - 1, rank - 2)
	return writer.emit("Transpose", [writer.nameOf(value)], { attributes: { perm } })
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

/** The size of one axis as an int64 scalar. */
function sizeOf(writer: Writer, value: Value, axis: number): string {
	const shape = writer.emit("Shape", [writer.nameOf(value)])
	return writer.emit("Gather", [shape, writer.integers([axis], { scalar: true })], { attributes: { axis: 0 } })
}
