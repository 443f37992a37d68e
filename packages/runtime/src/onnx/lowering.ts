import type { Value } from "../graph/graph.ts"
import type { OperationName, OperationNamed } from "../graph/operation.ts"
import type { Attribute } from "./model-proto.ts"
import type { Writer } from "./writer.ts"

// What the lowerings of single operations share.

/** The attributes of a value whose operation is known. */
export const named = <Name extends OperationName>(value: Value) => value.operation as OperationNamed<Name>

interface Production {
	readonly inputs: readonly string[]
	readonly attributes?: Readonly<Record<string, Attribute>>
}

/** Emits the node that produces `value`, after whatever nodes it needs first. */
export function produce(writer: Writer, value: Value, type: string, { inputs, attributes = {} }: Production): void {
	writer.emit(type, inputs, { attributes, output: writer.nameOf(value) })
}

/** The size of one axis as an int64 scalar. */
export function sizeOf(writer: Writer, value: Value, axis: number): string {
	const shape = writer.emit("Shape", [writer.nameOf(value)])
	return writer.emit("Gather", [shape, writer.integers([axis], { scalar: true })], { attributes: { axis: 0 } })
}

/** A value without elements: Reshape reads a size of 0 as "copy", so its shape is built from names of sizes and numbers. */
export function empty(value: Value, writer: Writer, sizes: readonly (string | number)[]): void {
	const parts = sizes.map((size) => {
		if (typeof size === "number") return writer.integers([size])
		return writer.emit("Unsqueeze", [size, writer.integers([0])])
	})
	const shape = writer.emit("Concat", parts, { attributes: { axis: 0 } })
	produce(writer, value, "ConstantOfShape", { inputs: [shape] })
}
