import onnxProto from "onnx-proto"
import { expect, test } from "vitest"
import { trace } from "../src/index.ts"
import { modelBytes, type OnnxModel } from "../src/onnx/model-proto.ts"
import { onnxModel } from "../src/onnx/onnx-model.ts"

const { ModelProto, AttributeProto } = onnxProto.onnx
const nothing: OnnxModel = { nodes: [], initializers: [], inputs: [], outputs: [], between: [] }
const graphOf = (model: OnnxModel) => ModelProto.decode(modelBytes(model)).graph

test("a model says its versions: IR 8, opset 17 of the default domain", () => {
	const model = ModelProto.decode(modelBytes(nothing))
	expect(Number(model.irVersion)).toBe(8)
	expect(model.opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([["", 17]])
})

test("attributes of every kind come back from an independent decoder", () => {
	const attributes = { one: -1, list: [0, 300, -7], real: { float: 1e-12 }, text: "tanh" }
	const graph = graphOf({ ...nothing, nodes: [{ type: "Odd", inputs: ["a", ""], outputs: ["y"], attributes }] })
	const [node] = graph?.node ?? []
	expect(node).toMatchObject({ opType: "Odd", input: ["a", ""], output: ["y"] })
	const [one, list, real, text] = node?.attribute ?? []
	expect([one?.name, one?.type, Number(one?.i)]).toEqual(["one", AttributeProto.AttributeType.INT, -1])
	expect([list?.type, list?.ints?.map(Number)]).toEqual([AttributeProto.AttributeType.INTS, [0, 300, -7]])
	expect([real?.type, real?.f]).toEqual([AttributeProto.AttributeType.FLOAT, Math.fround(1e-12)])
	expect([text?.type, new TextDecoder().decode(text?.s ?? undefined)]).toEqual([
		AttributeProto.AttributeType.STRING,
		"tanh",
	])
})

test("an initializer keeps its bytes, shape and type, also as a view into a larger buffer", () => {
	const data = new Float32Array([9, 1, 2, 3, 4, 5, 6, 9]).subarray(1, 7)
	const graph = graphOf({ ...nothing, initializers: [{ name: "w", type: "float32", shape: [2, 3], data }] })
	const [tensor] = graph?.initializer ?? []
	expect(tensor?.dims?.map(Number)).toEqual([2, 3])
	expect(tensor?.dataType).toBe(1)
	const raw = tensor?.rawData as Uint8Array
	expect([...new Float32Array(raw.slice().buffer)]).toEqual([1, 2, 3, 4, 5, 6])
})

test("symbols become named dimensions and a shared weight is stored once", () => {
	const weight = Float32Array.of(1, 2, 3, 4)
	const graph = trace({ x: { shape: ["batch", 2] } }, (ops, { x }) => {
		const once = ops.matMul(x, ops.constant({ shape: [2, 2], data: weight }))
		return { y: ops.matMul(once, ops.constant({ shape: [2, 2], data: weight }), { transposeB: true }) }
	})
	const decoded = graphOf(onnxModel(graph))
	const dims = decoded?.input?.[0]?.type?.tensorType?.shape?.dim ?? []
	expect(dims.map(({ dimParam, dimValue }) => dimParam || Number(dimValue))).toEqual(["batch", 2])
	expect(decoded?.initializer?.length).toBe(1)
	expect(decoded?.node?.map(({ opType }) => opType)).toEqual(["MatMul", "Transpose", "MatMul"])
})

test("a product with a constant bias becomes one Gemm, unless something else uses the product", () => {
	const weights = { shape: [3, 2], data: new Float32Array(6) }
	const bias = { shape: [2], data: new Float32Array(2) }
	const linear = trace({ x: { shape: ["batch", 3] } }, (ops, { x }) => ({
		y: ops.add(ops.matMul(x, ops.constant(weights)), ops.constant(bias)),
	}))
	const both = trace({ x: { shape: ["batch", 3] } }, (ops, { x }) => {
		const product = ops.matMul(x, ops.constant(weights))
		return { y: ops.add(product, ops.constant(bias)), product }
	})
	const types = (graph: typeof linear) => graphOf(onnxModel(graph))?.node?.map(({ opType }) => opType)
	expect(types(linear)).toEqual(["Gemm"])
	expect(types(both)).toEqual(["MatMul", "Add"])
})
