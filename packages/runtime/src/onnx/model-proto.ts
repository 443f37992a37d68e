import type { Dim } from "../graph/graph.ts"
import { bytes, type Chunks, embedded, float, integer, joined, message, string } from "./protobuf.ts"

/** Element types of ONNX that Winnow writes, by their number in TensorProto.DataType. */
export const elementTypes = { float32: 1, int8: 3, int32: 6, int64: 7, float16: 10, float64: 11 } as const
export type OnnxType = keyof typeof elementTypes

export type Attribute = number | string | readonly number[] | { readonly float: number }

export interface OnnxNode {
	readonly type: string
	readonly inputs: readonly string[]
	readonly outputs: readonly string[]
	/** Numbers are INT, lists INTS, `{ float }` FLOAT. */
	readonly attributes?: Readonly<Record<string, Attribute>>
}

export interface Initializer {
	readonly name: string
	readonly type: OnnxType
	readonly shape: readonly number[]
	readonly data: ArrayBufferView
	/** Where the data lies, if not in the model. */
	readonly external?: { readonly file: string; readonly offset: number; readonly length: number }
}

export interface ValueInfo {
	readonly name: string
	readonly type: OnnxType
	readonly shape: readonly Dim[]
}

export interface OnnxModel {
	readonly nodes: readonly OnnxNode[]
	readonly initializers: readonly Initializer[]
	readonly inputs: readonly ValueInfo[]
	readonly outputs: readonly ValueInfo[]
	/** Shapes of values in between, where they are known. */
	readonly between: readonly ValueInfo[]
}

/** IR version 8 and opset 17: what ONNX Runtime, onnxruntime-web and Transformers.js all read. */
const irVersion = 8
const opset = 17

/**
 * An ONNX file. Field numbers are those of onnx.proto3 (ONNX 1.12).
 *
 * @returns the bytes of a ModelProto, weights included
 */
export function modelBytes(model: OnnxModel): Uint8Array<ArrayBuffer> {
	const graph = message([
		...model.nodes.map((node) => embedded(1, nodeProto(node))),
		string(2, "winnow"),
		...model.initializers.map((initializer) => embedded(5, tensorProto(initializer))),
		...model.inputs.map((input) => embedded(11, valueInfoProto(input))),
		...model.outputs.map((output) => embedded(12, valueInfoProto(output))),
		...model.between.map((value) => embedded(13, valueInfoProto(value))),
	])
	const opsetImport = message([string(1, ""), integer(2, opset)])
	return joined(message([integer(1, irVersion), string(2, "winnow"), embedded(7, graph), embedded(8, opsetImport)]))
}

function nodeProto({ type, inputs, outputs, attributes = {} }: OnnxNode): Chunks {
	return message([
		...inputs.map((name) => string(1, name)),
		...outputs.map((name) => string(2, name)),
		string(3, outputs[0] ?? type),
		string(4, type),
		...Object.entries(attributes).map(([name, value]) => embedded(5, attributeProto(name, value))),
	])
}

function attributeProto(name: string, value: Attribute): Chunks {
	const floatType = integer(20, 1)
	const intType = integer(20, 2)
	const stringType = integer(20, 3)
	const intsType = integer(20, 7)
	if (typeof value === "number") return message([string(1, name), integer(3, value), intType])
	if (typeof value === "string") return message([string(1, name), string(4, value), stringType])
	if ("float" in value) return message([string(1, name), float(2, value.float), floatType])
	return message([string(1, name), ...value.map((element) => integer(8, element)), intsType])
}

function tensorProto({ name, type, shape, data, external }: Initializer): Chunks {
	return message([
		...shape.map((size) => integer(1, size)),
		integer(2, elementTypes[type]),
		string(8, name),
		external === undefined
			? bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
			: externalProto(external),
	])
}

function externalProto({ file, offset, length }: NonNullable<Initializer["external"]>): Chunks {
	const entries = Object.entries({ location: file, offset: String(offset), length: String(length) })
	return message([
		...entries.map(([key, value]) => embedded(13, message([string(1, key), string(2, value)]))),
		integer(14, 1),
	])
}

function valueInfoProto({ name, type, shape }: ValueInfo): Chunks {
	const dims = shape.map((dim) => embedded(1, typeof dim === "number" ? integer(1, dim) : string(2, dim)))
	const tensorType = message([integer(1, elementTypes[type]), embedded(2, message(dims))])
	return message([string(1, name), embedded(2, embedded(1, tensorType))])
}
