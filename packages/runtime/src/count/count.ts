import { type Graph, inOrder, type Value } from "../graph/graph.ts"
import type { OperationName } from "../graph/operation.ts"
import { boundShape, elements } from "../graph/shapes.ts"
import { operationsPerElement } from "./operations-per-element.ts"

/** One matMul node: `batch` products of `[rows, inner]` and `[inner, columns]`. */
export interface MatMulCount {
	readonly batch: number
	readonly rows: number
	readonly inner: number
	readonly columns: number
	/** Multiply-accumulates: batch rows inner columns. */
	readonly macs: number
}

/** What one run of a graph does. */
export interface Counts {
	/** Multiply-accumulates of all matMuls, the unit of the paper's budgets. */
	readonly macs: number
	/** Floating-point operations of everything: 2 macs + elements times `operationsPerElement`. */
	readonly flops: number
	/** In the order of computation. */
	readonly matMuls: readonly MatMulCount[]
	/**
	 * Elements that the other operations work on, by operation; operations that do not occur are absent. Elements of the
	 * result, but of a reduceSum those of the operand.
	 */
	readonly elements: Readonly<Partial<Record<OperationName, number>>>
}

/**
 * Counts what a graph computes at given sizes.
 *
 * Each node counts once, however often it is used; nodes that no output reaches do not count. What a runtime saves by folding
 * constants or fusing nodes is not subtracted.
 *
 * @param sizes - a size for every symbol of the graph
 * @throws {ShapeError} when a symbol has no size
 * @example
 * const graph = trace({ x: { shape: ["n", 3] } }, (ops, { x }) => ({ y: ops.matMul(x, x, { transposeB: true }) }))
 * count(graph, { n: 2 }).macs // 12
 */
export function count(graph: Graph, sizes: Readonly<Record<string, number>>): Counts {
	const bound = new Map(Object.entries(sizes))
	const matMuls: MatMulCount[] = []
	const worked: Partial<Record<OperationName, number>> = {}
	for (const value of inOrder(Object.values(graph.outputs))) {
		const { name } = value.operation
		if (name === "matMul") matMuls.push(matMulCount(value, bound))
		else if (name !== "input" && name !== "constant") worked[name] = (worked[name] ?? 0) + workedOn(value, bound)
	}
	const macs = matMuls.reduce((sum, product) => sum + product.macs, 0)
	let flops = 2 * macs
	for (const [name, n] of Object.entries(worked)) flops += n * operationsPerElement[name as OperationName]
	return { macs, flops, matMuls, elements: worked }
}

function matMulCount({ operation, inputs, shape }: Value, sizes: ReadonlyMap<string, number>): MatMulCount {
	const leading = boundShape(shape, sizes)
	const [rows, columns] = leading.splice(-2) as [number, number]
	const { transposeA } = operation as { readonly transposeA: boolean }
	const inner = boundShape(inputs[0]!.shape, sizes).at(transposeA ? -2 : -1)!
	const batch = elements(leading)
	return { batch, rows, inner, columns, macs: batch * rows * inner * columns }
}

function workedOn({ operation: { name }, inputs, shape }: Value, sizes: ReadonlyMap<string, number>): number {
	return elements(boundShape(name === "reduceSum" ? inputs[0]!.shape : shape, sizes))
}
