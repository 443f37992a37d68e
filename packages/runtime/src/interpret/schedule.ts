import { type Graph, inOrder, type Value } from "../graph/graph.ts"
import { lastUses } from "../graph/last-uses.ts"
import { boundShape } from "../graph/shapes.ts"
import { operandsOf } from "./kernels.ts"
import { elementsOf, type Operand } from "./operand.ts"

/** One node to compute. */
interface Step {
	readonly value: Value
	readonly operands: readonly Value[]
	/** Values that no later step reads. */
	readonly spent: readonly Value[]
}

/** A graph ready to be computed: constants widened, order and lifetimes known. */
export interface Schedule {
	readonly graph: Graph
	readonly constants: ReadonlyMap<Value, Operand>
	readonly steps: readonly Step[]
}

export function scheduled(graph: Graph): Schedule {
	const outputs = new Set(Object.values(graph.outputs))
	const order = inOrder([...outputs])
	const constants = new Map<Value, Operand>()
	for (const value of order) {
		if (value.operation.name !== "constant") continue
		constants.set(value, { shape: boundShape(value.shape, new Map()), data: elementsOf(value.operation.data) })
	}
	const computedValues = order.filter(({ operation: { name } }) => name !== "input" && name !== "constant")
	const uses = lastUses(computedValues.map(operandsOf), outputs)
	const steps = computedValues.map((value, i): Step => ({ value, operands: operandsOf(value), spent: uses[i]! }))
	return { graph, constants, steps }
}
