import type { NumericArray } from "@winnow/tensor"
import type { Operation } from "./operation.ts"

/** A size known when the program is written, or a symbol ("batch", "length") bound when it runs. */
export type Dim = number | string
export type Shape = readonly Dim[]

/** `float` is float32 in ONNX and TensorFlow.js and float64 in the interpreter; `int` is int32. */
export type ElementType = "float" | "int"

/** One node of a program: an operation applied to other nodes. Immutable, without identity but its own. */
export interface Value {
	readonly operation: Operation
	readonly inputs: readonly Value[]
	readonly shape: Shape
	readonly type: ElementType
}

/** A program as data: what goes in, what comes out, by name. Its nodes are what the outputs reach. */
export interface Graph {
	readonly inputs: Readonly<Record<string, Value>>
	readonly outputs: Readonly<Record<string, Value>>
}

/** What is fed to and comes out of a program: sizes and elements (`Int32Array` for `int`). */
export interface Data {
	readonly shape: readonly number[]
	readonly data: NumericArray
}

/** All values that the given ones depend on, themselves included, every value after its inputs. */
export function inOrder<Node extends { readonly inputs: readonly Node[] }>(roots: readonly Node[]): readonly Node[] {
	const order: Node[] = []
	const seen = new Set<Node>()
	// An explicit stack: a BERT-large gradient is deeper than JavaScript's own.
	const stack: [value: Node, next: number][] = []
	const visit = (value: Node) => {
		if (seen.has(value)) return
		seen.add(value)
		stack.push([value, 0])
	}
	for (const root of roots) {
		visit(root)
		for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
			const input = top[0].inputs[top[1]++]
			if (input !== undefined) visit(input)
			else order.push((stack.pop() as [Node, number])[0])
		}
	}
	return order
}
