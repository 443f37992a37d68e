import type { Value } from "../graph/graph.ts"
import type { Attribute, OnnxNode } from "./model-proto.ts"

/** What a lowering may do: name values and add nodes and initializers. */
export interface Writer {
	/** The ONNX name of a value. */
	nameOf(value: Value): string
	/** Adds a node with one output and returns that output's name (a fresh one, unless `output` says which). */
	emit(type: string, inputs: readonly string[], o?: { attributes?: Record<string, Attribute>; output?: string }): string
	/** Adds a node as it is. */
	push(node: OnnxNode): void
	/** An int64 initializer, shared between equal ones. */
	integers(values: readonly number[], o?: { scalar?: boolean }): string
	/** A float32 scalar initializer, shared between equal ones. */
	scalar(value: number): string
	/** Values that the graph computes from this one with the operation named. */
	consumersOf(value: Value): readonly Value[]
	/** How often a value is used: by other values, or as an output. */
	usesOf(value: Value): number
}
