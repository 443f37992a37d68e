import type { Value } from "../graph/graph.ts"
import type { Attribute, Initializer, OnnxNode } from "./model-proto.ts"

/** What a lowering may do: name values and add nodes and initializers. */
export interface Writer {
	/** The ONNX name of a value. */
	nameOf(value: Value): string
	/** Adds a node with one output and returns that output's name (a fresh one, unless `output` says which). */
	emit(type: string, inputs: readonly string[], o?: { attributes?: Record<string, Attribute>; output?: string }): string
	/** Adds a node as it is. */
	push(node: OnnxNode): void
	/** A name that nothing has yet. */
	freshName(): string
	/** Adds an initializer and returns its name. */
	initializer(initializer: Omit<Initializer, "name">): string
	/** What is made once of something, under a name of its own, and read again afterwards. */
	once<Made>(of: object, key: string, make: () => Made): Made
	/** What `int` values are of. */
	readonly integerType: "int32" | "int64"
	/** Whether constant matrices and tables become 8-bit integers. */
	readonly quantizes: boolean
	/** An int64 initializer, shared between equal ones. */
	integers(values: readonly number[], o?: { scalar?: boolean }): string
	/** A float32 scalar initializer, shared between equal ones. */
	scalar(value: number): string
	/** Values that the graph computes from this one with the operation named. */
	consumersOf(value: Value): readonly Value[]
	/** How often a value is used: by other values, or as an output. */
	usesOf(value: Value): number
}
