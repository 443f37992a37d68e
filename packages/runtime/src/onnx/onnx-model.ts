import type { Graph, Value } from "../graph/graph.ts"
import { inOrder } from "../graph/graph.ts"
import { lowerings } from "./lowerings.ts"
import type { Initializer, OnnxModel, OnnxNode, OnnxType, ValueInfo } from "./model-proto.ts"
import type { Writer } from "./writer.ts"

export const onnxType = (value: Value): OnnxType => (value.type === "int" ? "int32" : "float32")

/** A graph as plain ONNX operators of opset 17, ready to be written by `modelBytes`. */
export function onnxModel(graph: Graph): OnnxModel {
	const outputs = Object.entries(graph.outputs)
	const order = inOrder([...Object.values(graph.inputs), ...outputs.map(([, value]) => value)])
	const building = new ModelBuilder(order, graph)
	for (const value of order) lowerings[value.operation.name](value, building)
	for (const [key, value] of outputs) {
		if (building.nameOf(value) !== key) building.emit("Identity", [building.nameOf(value)], { output: key })
	}
	const info = (name: string, value: Value): ValueInfo => ({ name, type: onnxType(value), shape: value.shape })
	const inner = order.filter(({ operation: { name } }) => name !== "input" && name !== "constant")
	const named = new Set(outputs.map(([key]) => key))
	return {
		nodes: building.nodes,
		initializers: building.initializers,
		inputs: Object.entries(graph.inputs).map(([key, value]) => info(key, value)),
		outputs: outputs.map(([key, value]) => info(key, value)),
		between: inner.map((value) => info(building.nameOf(value), value)).filter(({ name }) => !named.has(name)),
	}
}

class ModelBuilder implements Writer {
	readonly nodes: OnnxNode[] = []
	readonly initializers: Initializer[] = []
	readonly #names = new Map<Value, string>()
	readonly #consumers = new Map<Value, Value[]>()
	readonly #shared = new Map<string, string>()
	readonly #weights = new Map<ArrayBufferView, Map<string, string>>()
	readonly #outputs: readonly Value[]
	/** Names that the program's author chose. */
	readonly #reserved: ReadonlySet<string>
	#fresh = 0

	constructor(order: readonly Value[], graph: Graph) {
		this.#outputs = Object.values(graph.outputs)
		this.#reserved = new Set([...Object.keys(graph.inputs), ...Object.keys(graph.outputs)])
		for (const value of order) {
			for (const input of value.inputs) this.#consumers.set(input, [...(this.#consumers.get(input) ?? []), value])
		}
		for (const [key, value] of Object.entries(graph.inputs)) this.#names.set(value, key)
		for (const [key, value] of Object.entries(graph.outputs)) {
			const inner = value.operation.name !== "input" && value.operation.name !== "constant"
			if (inner && !this.#names.has(value)) this.#names.set(value, key)
		}
	}

	nameOf(value: Value): string {
		const known = this.#names.get(value)
		if (known !== undefined) return known
		const name = value.operation.name === "constant" ? this.#constant(value, value.operation.data) : this.#freshName()
		this.#names.set(value, name)
		return name
	}

	emit(type: string, inputs: readonly string[], { attributes = {}, output = this.#freshName() } = {}): string {
		this.push({ type, inputs, outputs: [output], attributes })
		return output
	}

	push(node: OnnxNode): void {
		this.nodes.push(node)
	}

	integers(values: readonly number[], { scalar = false } = {}): string {
		return this.#initializer(`${scalar ? "scalar" : "list"} ${values.join()}`, {
			type: "int64",
			shape: scalar ? [] : [values.length],
			data: BigInt64Array.from(values, BigInt),
		})
	}

	scalar(value: number): string {
		return this.#initializer(`float ${value}`, { type: "float32", shape: [], data: Float32Array.of(value) })
	}

	consumersOf(value: Value): readonly Value[] {
		return this.#consumers.get(value) ?? []
	}

	usesOf(value: Value): number {
		return this.consumersOf(value).length + this.#outputs.filter((output) => output === value).length
	}

	/** A weight used by several constants of the same shape is stored once. */
	#constant(value: Value, data: ArrayBufferView): string {
		const shape = value.shape as readonly number[]
		if (data instanceof Float64Array && shape.length === 0) return this.scalar(data[0] as number)
		const known = this.#weights.get(data) ?? new Map<string, string>()
		this.#weights.set(data, known)
		const name = known.get(shape.join()) ?? this.#freshName()
		if (!known.has(shape.join())) {
			const narrow = data instanceof Float64Array ? Float32Array.from(data) : data
			this.initializers.push({ name, type: onnxType(value), shape, data: narrow })
		}
		known.set(shape.join(), name)
		return name
	}

	#initializer(key: string, initializer: Omit<Initializer, "name">): string {
		const known = this.#shared.get(key)
		if (known !== undefined) return known
		const name = this.#freshName()
		this.#shared.set(key, name)
		this.initializers.push({ name, ...initializer })
		return name
	}

	#freshName(): string {
		let name = `_${this.#fresh++}`
		while (this.#reserved.has(name)) name = `_${this.#fresh++}`
		return name
	}
}
