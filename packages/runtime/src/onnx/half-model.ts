import { InvalidInputError, toFloat16, UnsupportedError } from "@winnow/tensor"
import { elementTypes, type Initializer, type OnnxModel, type OnnxNode, type ValueInfo } from "./model-proto.ts"

/** The largest half-precision number. */
const largest = 65_504

/**
 * The same model in half precision: float32 becomes float16, but for what goes in and comes out.
 *
 * A single number beyond the range of half precision becomes the end of that range: such numbers (what masks attention) only stand for
 * "far away".
 *
 * @throws {InvalidInputError} when a weight is beyond the range
 * @throws {UnsupportedError} when a node has outputs whose precision is its own business, as gradients ask for
 */
export function halfModel(model: OnnxModel): OnnxModel {
	const inner = namesOf(model)
	const renamed = (names: readonly string[]) => names.map((name) => inner.get(name) ?? name)
	const floats = (values: readonly ValueInfo[]) => values.filter(({ type }) => type === "float32")
	const narrowed = floats(model.inputs).map(({ name }) => cast(name, inner.get(name)!, elementTypes.float16))
	const widened = floats(model.outputs).map(({ name }) => cast(inner.get(name)!, name, elementTypes.float32))
	const nodes = model.nodes.flatMap((node) =>
		halfNode({ ...node, inputs: renamed(node.inputs), outputs: renamed(node.outputs) }),
	)
	return {
		...model,
		nodes: [...narrowed, ...nodes, ...widened],
		initializers: model.initializers.map(halfInitializer),
		between: model.between.map((value) => (value.type === "float32" ? { ...value, type: "float16" } : value)),
	}
}

/** What floats that go in or come out are called where they are half as wide. */
function namesOf({ inputs, outputs }: OnnxModel): ReadonlyMap<string, string> {
	const floats = [...inputs, ...outputs].filter(({ type }) => type === "float32")
	return new Map(floats.map(({ name }) => [name, `${name}_half`]))
}

function halfNode(node: OnnxNode): OnnxNode[] {
	const { type, attributes = {}, outputs } = node
	if (type === "LayerNormalization" && outputs.length > 1) {
		throw new UnsupportedError("onnx", "gradients are not computed in half precision")
	}
	if (type === "Cast" && attributes.to === elementTypes.float32) {
		return [{ ...node, attributes: { ...attributes, to: elementTypes.float16 } }]
	}
	// It makes float32 zeros unless it is told another value, which would be a tensor.
	if (type === "ConstantOfShape") {
		const [zeros] = outputs as [string]
		return [{ ...node, outputs: [`${zeros}_wide`] }, cast(`${zeros}_wide`, zeros, elementTypes.float16)]
	}
	return [node]
}

const cast = (from: string, into: string, to: number): OnnxNode => ({
	type: "Cast",
	inputs: [from],
	outputs: [into],
	attributes: { to },
})

function halfInitializer(initializer: Initializer): Initializer {
	const { name, type, shape, data } = initializer
	if (type !== "float32") return initializer
	const values = data as Float32Array
	const isNumber = shape.length === 0
	const beyond = isNumber ? undefined : values.find((value) => Math.abs(value) > largest)
	if (beyond !== undefined) throw new InvalidInputError("fp16", "weights", `at most ${largest} in magnitude`, beyond)
	const bits = new Uint16Array(values.length)
	toFloat16(isNumber ? values.map((value) => Math.max(-largest, Math.min(largest, value))) : values, bits)
	return { name, type: "float16", shape, data: bits }
}
