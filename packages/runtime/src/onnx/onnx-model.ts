import type { Graph, Value } from "../graph/graph.ts"
import { inOrder } from "../graph/graph.ts"
import { halfModel } from "./half-model.ts"
import { lowerings } from "./lowerings.ts"
import type { Initializer, OnnxModel, OnnxNode, OnnxType, ValueInfo } from "./model-proto.ts"
import type { Writer } from "./writer.ts"

/** How numbers of a program are stored and computed with: see `onnxModel`. */
export type Precision = "fp32" | "fp16" | "int8"

export interface OnnxModelOptions {
	/** Default: `fp32`. */
	readonly precision?: Precision | undefined
	/** What `int` values are of (default: int32). */
	readonly integers?: "int32" | "int64" | undefined
}

export const onnxType = (value: Value, integers: "int32" | "int64" = "int32"): OnnxType =>
	value.type === "int" ? integers : "float32"

/**
 * A graph as plain ONNX operators of opset 17, ready to be written by `modelBytes`.
 *
 * - `fp32`: as it is
 * - `fp16`: constants and everything that is computed in half precision; what goes in and comes out stays float32
 * - `int8`: constant matrices and tables in 8-bit integers, products of integers with inputs that are quantized while running
 *   (`lower-quantized.ts`); all else in float32
 *
 * @throws {UnsupportedError} when a constant is too large for half precision, or the graph is one that only float32 can compute
 */
export function onnxModel(graph: Graph, { precision = "fp32", integers = "int32" }: OnnxModelOptions = {}): OnnxModel {
	const quantizes = precision === "int8"
	const model = loweredModel(graph, { quantizes, integerType: integers })
	return precision === "fp16" ? halfModel(model) : model
}

function loweredModel(graph: Graph, options: Pick<Writer, "quantizes" | "integerType">): OnnxModel {
	const outputs = Object.entries(graph.outputs)
	const order = inOrder([...Object.values(graph.inputs), ...outputs.map(([, value]) => value)])
	const building = new ModelBuilder(order, graph, options)
	for (const value of order) lowerings[value.operation.name](value, building)
	for (const [key, value] of outputs) {
		if (building.nameOf(value) !== key) building.emit("Identity", [building.nameOf(value)], { output: key })
	}
	const info = (name: string, value: Value): ValueInfo => ({
		name,
		type: onnxType(value, options.integerType),
		shape: value.shape,
	})
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
	readonly #made = new Map<object, Map<string, unknown>>()
	readonly integerType: Writer["integerType"]
	readonly quantizes: boolean
	#fresh = 0

	constructor(order: readonly Value[], graph: Graph, options: Pick<Writer, "quantizes" | "integerType">) {
		this.integerType = options.integerType
		this.quantizes = options.quantizes
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
		const name = value.operation.name === "constant" ? this.#constant(value, value.operation.data) : this.freshName()
		this.#names.set(value, name)
		return name
	}

	emit(type: string, inputs: readonly string[], { attributes = {}, output = this.freshName() } = {}): string {
		this.push({ type, inputs, outputs: [output], attributes })
		return output
	}

	push(node: OnnxNode): void {
		this.nodes.push(node)
	}

	initializer(initializer: Omit<Initializer, "name">): string {
		const name = this.freshName()
		this.initializers.push({ name, ...initializer })
		return name
	}

	once<Made>(of: object, key: string, make: () => Made): Made {
		const known = this.#made.get(of) ?? new Map<string, unknown>()
		this.#made.set(of, known)
		if (!known.has(key)) known.set(key, make())
		return known.get(key) as Made
	}

	integers(values: readonly number[], { scalar = false } = {}): string {
		return this.#sharedInitializer(`${scalar ? "scalar" : "list"} ${values.join()}`, {
			type: "int64",
			shape: scalar ? [] : [values.length],
			data: BigInt64Array.from(values, BigInt),
		})
	}

	scalar(value: number): string {
		return this.#sharedInitializer(`float ${value}`, { type: "float32", shape: [], data: Float32Array.of(value) })
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
		const name = known.get(shape.join()) ?? this.freshName()
		if (!known.has(shape.join())) {
			this.initializers.push({ name, type: onnxType(value, this.integerType), shape, data: this.#stored(data) })
		}
		known.set(shape.join(), name)
		return name
	}

	/** A constant's elements as they are written. */
	#stored(data: ArrayBufferView): ArrayBufferView {
		if (data instanceof Float64Array) return Float32Array.from(data)
		const isWide = data instanceof Int32Array && this.integerType === "int64"
		return isWide ? BigInt64Array.from(data, BigInt) : data
	}

	#sharedInitializer(key: string, initializer: Omit<Initializer, "name">): string {
		const known = this.#shared.get(key)
		if (known !== undefined) return known
		const name = this.initializer(initializer)
		this.#shared.set(key, name)
		return name
	}

	freshName(): string {
		let name = `_${this.#fresh++}`
		while (this.#reserved.has(name)) name = `_${this.#fresh++}`
		return name
	}
}
