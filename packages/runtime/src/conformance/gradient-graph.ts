import { gradient } from "../gradient/gradient.ts"
import type { Graph, Value } from "../graph/graph.ts"
import { type InputShapes, type Ops, trace } from "../graph/ops.ts"
import type { OperationCase } from "./operation-case.ts"

export interface GradientGraph {
	/** Outputs: `loss` (a scalar) and `slope_KEY` for every input of `wrt`. */
	readonly graph: Graph
	/** The case's inputs, and a weight `weight_KEY` for every output. */
	readonly inputs: InputShapes
}

/**
 * The gradient of a random projection of a case's outputs:
 *
 *   loss = sum over outputs y of sum(y o weight_y),   slope_x = dloss/dx
 *
 * The weights are inputs, because they share the symbolic sizes of the outputs.
 */
export function gradientGraph({ inputs, program, wrt }: OperationCase): GradientGraph {
	const floats = Object.entries(trace(inputs, program).outputs).filter(([, { type }]) => type === "float")
	const weights = Object.fromEntries(floats.map(([key, { shape }]) => [`weight_${key}`, { shape }]))
	const all: InputShapes = { ...inputs, ...weights }
	const graph = trace(all, (ops, values) => {
		const outputs = program(ops, values)
		const terms = floats.map(([key]) => sumOf(ops, ops.mul(outputs[key]!, values[`weight_${key}`]!)))
		const loss = terms.reduce(ops.add)
		const slopes = gradient(
			loss,
			wrt.map((key) => values[key]!),
		)
		return { loss, ...Object.fromEntries(wrt.map((key, i) => [`slope_${key}`, slopes[i]!])) }
	})
	return { graph, inputs: all }
}

/** Over all axes. */
function sumOf(ops: Ops, x: Value): Value {
	return ops.reduceSum(x, [...x.shape.keys()])
}
