import { bindSizes } from "../graph/bind-sizes.ts"
import type { Data, Graph, Value } from "../graph/graph.ts"
import { boundShape } from "../graph/shapes.ts"
import { type ComputedName, type Kernel, kernels } from "./kernels.ts"
import { elementsOf, type Operand } from "./operand.ts"
import { type Schedule, scheduled } from "./schedule.ts"

/**
 * Computes a graph in float64, `int` values in int32.
 *
 * Written to be obviously right: it is what the other runtimes are compared with.
 *
 * @param feeds - one entry per input
 * @returns one entry per output, in memory of its own
 * @throws {ShapeError} when the feeds do not fit (see `bindSizes`), or an index or a range leaves its axis
 * @example
 * const graph = trace({ x: { shape: ["n"] } }, (ops, { x }) => ({ y: ops.mul(x, x) }))
 * interpret(graph, { x: { shape: [2], data: Float64Array.of(3, 4) } }).y.data // 9, 16
 */
export function interpret<G extends Graph>(
	graph: G,
	feeds: Readonly<Record<string, Data>>,
): { [Key in keyof G["outputs"]]: Operand } {
	return computed(scheduled(graph), feeds) as { [Key in keyof G["outputs"]]: Operand }
}

/** Computes a graph whose schedule is known: what a program does again and again. */
export function computed(
	{ graph, constants, steps }: Schedule,
	feeds: Readonly<Record<string, Data>>,
): Record<string, Operand> {
	const sizes = bindSizes(graph, feeds)
	const known = new Map<Value, Operand>(constants)
	for (const [key, value] of Object.entries(graph.inputs)) {
		known.set(value, { shape: feeds[key]!.shape, data: elementsOf(feeds[key]!.data) })
	}
	for (const { value, operands, spent } of steps) {
		const shape = boundShape(value.shape, sizes)
		const kernel = kernels[value.operation.name as ComputedName] as Kernel
		const data = kernel(
			operands.map((operand) => known.get(operand)!),
			shape,
			value as Parameters<Kernel>[2],
		)
		known.set(value, { shape, data })
		for (const operand of spent) known.delete(operand)
	}
	const outputs: Record<string, Operand> = {}
	for (const [key, value] of Object.entries(graph.outputs)) {
		const { shape, data } = known.get(value)!
		outputs[key] = { shape, data: data.slice() }
	}
	return outputs
}
