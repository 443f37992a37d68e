import type { Value } from "../graph/graph.ts"
import { named, produce } from "./lowering.ts"
import { elementTypes } from "./model-proto.ts"
import type { Writer } from "./writer.ts"

// Products in 8-bit integers: a matrix is quantized once, symmetrically, each column by a scale of its own; what it is multiplied with is
// quantized while the program runs, one scale and zero point for all of it (ONNX's DynamicQuantizeLinear).

/**
 * Largest weight in units of its scale. Processors without VNNI add two products of an unsigned and a signed byte in 16 bits:
 * 2 * 255 * 63 = 32,130 is the most that fits, so that every processor computes the same sums.
 */
const largestWeight = 63
/** Rows of tables are not multiplied: all of a byte is used. */
const largestEntry = 127
/** Matrices of fewer numbers stay as they are: there is nothing to gain, and a model's last one decides. */
const fewest = 4096

/** Of the product of `x W + b`: whether its matrix is large enough. */
export function isWorthQuantizing(product: Value): boolean {
	const [inputs, outputs] = product.inputs[1]!.shape as [number, number]
	return inputs * outputs >= fewest
}

export const isConstantTable = (table: Value) => table.operation.name === "constant"

/**
 * `x W + b` as the chain that ONNX Runtime fuses into one kernel.
 *
 *   q, s, z = quantized x        y = float((q - z) Q) (s t) + b        W_ij ~ Q_ij t_j
 */
export function quantizedGemm(sum: Value, product: Value, writer: Writer): void {
	const [x, weights] = product.inputs as [Value, Value]
	const key = `columns of ${weights.shape}, ${named<"matMul">(product).transposeB}`
	const { matrix, scales } = writer.once(dataOf(weights), key, () => quantizedColumns(product, writer))
	const { values, scale, zero } = writer.once(x, "quantized", () => dynamicallyQuantized(x, writer))
	const integers = writer.emit("MatMulInteger", [values, matrix, zero])
	const floats = writer.emit("Cast", [integers], { attributes: { to: elementTypes.float32 } })
	const scaled = writer.emit("Mul", [floats, writer.emit("Mul", [scale, scales])])
	produce(writer, sum, "Add", { inputs: [scaled, writer.nameOf(sum.inputs[1]!)] })
}

/** Rows of a table, each stored by a scale of its own. */
export function quantizedGather(value: Value, writer: Writer): void {
	const [table, indices] = value.inputs as [Value, Value]
	const { matrix, scales } = writer.once(dataOf(table), `rows of ${table.shape}`, () => quantizedRows(table, writer))
	const rows = writer.nameOf(indices)
	const entries = writer.emit("Gather", [matrix, rows], { attributes: { axis: 0 } })
	const floats = writer.emit("Cast", [entries], { attributes: { to: elementTypes.float32 } })
	const scale = writer.emit("Gather", [scales, rows], { attributes: { axis: 0 } })
	produce(writer, value, "Mul", { inputs: [floats, scale] })
}

function dynamicallyQuantized(x: Value, writer: Writer) {
	const [values, scale, zero] = [writer.freshName(), writer.freshName(), writer.freshName()]
	writer.push({ type: "DynamicQuantizeLinear", inputs: [writer.nameOf(x)], outputs: [values, scale, zero] })
	return { values, scale, zero }
}

/** Constants of the same data share what is made of it. */
const dataOf = (constant: Value) => named<"constant">(constant).data

/** Names of the integers and of their scales. */
interface Quantized {
	readonly matrix: string
	readonly scales: string
}

/** A product's matrix as `[in, out]`, a scale for each column: `scales` `[out]`. */
function quantizedColumns(product: Value, writer: Writer): Quantized {
	const weights = product.inputs[1]!
	const data = dataOf(weights)
	const isTransposed = named<"matMul">(product).transposeB
	const [height, width] = weights.shape as [number, number]
	const [rows, columns] = isTransposed ? [width, height] : [height, width]
	const [rowStride, columnStride] = isTransposed ? [1, width] : [width, 1]
	const scales = new Float32Array(columns)
	const integers = new Int8Array(rows * columns)
	for (let column = 0; column < columns; column++) {
		const at = (row: number) => Number(data[row * rowStride + column * columnStride])
		const scale = scaleOf(rows, at, largestWeight)
		scales[column] = scale
		for (let row = 0; row < rows; row++) integers[row * columns + column] = Math.round(at(row) / scale)
	}
	return {
		matrix: writer.initializer({ type: "int8", shape: [rows, columns], data: integers }),
		scales: writer.initializer({ type: "float32", shape: [columns], data: scales }),
	}
}

/** A scale for each row: `scales` `[rows, 1]`. */
function quantizedRows(table: Value, writer: Writer): Quantized {
	const data = dataOf(table)
	const [rows, width] = table.shape as [number, number]
	const scales = new Float32Array(rows)
	const integers = new Int8Array(rows * width)
	for (let row = 0; row < rows; row++) {
		const at = (column: number) => Number(data[row * width + column])
		const scale = scaleOf(width, at, largestEntry)
		scales[row] = scale
		for (let column = 0; column < width; column++) integers[row * width + column] = Math.round(at(column) / scale)
	}
	return {
		matrix: writer.initializer({ type: "int8", shape: [rows, width], data: integers }),
		scales: writer.initializer({ type: "float32", shape: [rows, 1], data: scales }),
	}
}

/** What the largest of some numbers is the given multiple of; 1 where all are zero. Rounded to float32, in which it is stored. */
function scaleOf(count: number, at: (index: number) => number, largest: number): number {
	let most = 0
	for (let i = 0; i < count; i++) most = Math.max(most, Math.abs(at(i)))
	return most === 0 ? 1 : Math.fround(most / largest)
}
