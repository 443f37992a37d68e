import type { Dim, Value } from "../graph/graph.ts"
import { named, produce } from "./lowering.ts"
import type { Writer } from "./writer.ts"

/** The matMul of `x W + b` with constant W and b, when nothing else uses the product. */
export function biasedProduct(sum: Value, writer: Writer): Value | undefined {
	const [product, bias] = sum.inputs as [Value, Value]
	const isLinear =
		product.operation.name === "matMul" &&
		!product.operation.transposeA &&
		isConstantOfRank(product.inputs[1]!, 2) &&
		isConstantOfRank(bias, 1) &&
		bias.shape[0] === product.shape.at(-1) &&
		!hasEmptySides(product)
	return isLinear && writer.usesOf(product) === 1 ? product : undefined
}

const isConstantOfRank = (value: Value, rank: number) =>
	value.operation.name === "constant" && value.shape.length === rank

/** Gemm adds the bias while it multiplies: one pass over the result less. It wants rank 2. */
export function gemm(sum: Value, product: Value, writer: Writer) {
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
export function matMul(value: Value, writer: Writer) {
	const [only] = writer.consumersOf(value)
	if (only?.operation.name === "add" && biasedProduct(only, writer) === value) return
	if (innerSize(value) === 0) return emptySum(value, writer)
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

function innerSize(product: Value): Dim {
	const { shape } = product.inputs[0]!
	return shape.at(named<"matMul">(product).transposeA ? -2 : -1)!
}

const hasEmptySides = (product: Value) => innerSize(product) === 0 || product.shape.at(-1) === 0

/** ONNX Runtime leaves a sum over nothing uninitialised: the zeros are made of the empty sums of rows and columns. */
function emptySum(value: Value, writer: Writer): void {
	const { transposeA, transposeB } = named<"matMul">(value)
	const flags = [transposeA, transposeB]
	const [rows, columns] = value.inputs.map((input, i) => {
		const operand = flags[i] ? transposed(input, writer) : writer.nameOf(input)
		const axis = input.shape.length - (i === 0 ? 1 : 2)
		return writer.emit("ReduceSum", [operand, writer.integers([axis])], { attributes: { keepdims: 1 } })
	})
	produce(writer, value, "Mul", { inputs: [rows!, columns!] })
}
