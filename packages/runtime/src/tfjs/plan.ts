import { type Graph, inOrder, type Value } from "../graph/graph.ts"
import { lastUses } from "../graph/last-uses.ts"
import type { Call } from "./call.ts"
import { lowerings } from "./lowerings.ts"
import { CallWriter, type Writer } from "./writer.ts"

/** A graph as calls of TensorFlow.js, in order. */
export interface Plan {
	/** Constants and what follows from them alone, computed once; the calls that read them find those of `lasting`. */
	readonly fixed: readonly Call[]
	readonly lasting: ReadonlySet<Call>
	readonly feeds: ReadonlyMap<string, Call>
	readonly steps: readonly {
		readonly call: Call
		/** Results that no later call reads. */
		readonly spent: readonly Call[]
	}[]
	readonly outputs: ReadonlyMap<string, Call>
}

export function planOf(graph: Graph, options: Pick<Writer, "transposesApart">): Plan {
	const writer = new CallWriter(usesIn(graph), options)
	for (const value of inOrder(Object.values(graph.outputs))) {
		writer.lowered(value, lowerings[value.operation.name](value, writer))
	}
	const outputs = new Map(Object.entries(graph.outputs).map(([key, value]) => [key, writer.callOf(value)]))
	const order = inOrder([...outputs.values()])
	const fixed = fixedCalls(order)
	const feeds = new Map(order.flatMap((call) => (call.step.name === "feed" ? [[call.step.key, call]] : [])))
	const computed = order.filter((call) => !fixed.has(call) && call.step.name !== "feed")
	const read = new Set([...computed.flatMap(({ inputs }) => inputs), ...outputs.values()])
	const lasting = new Set([...fixed].filter((call) => read.has(call)))
	const uses = lastUses(
		computed.map(({ inputs }) => inputs),
		[...outputs.values(), ...lasting],
	)
	return {
		fixed: [...fixed],
		lasting,
		feeds,
		steps: computed.map((call, i) => ({ call, spent: uses[i]! })),
		outputs,
	}
}

/** Calls that neither a feed nor a size changes. */
function fixedCalls(order: readonly Call[]): ReadonlySet<Call> {
	const fixed = new Set<Call>()
	for (const call of order) {
		const { step, inputs, shape } = call
		const known = shape.every((size) => typeof size === "number")
		if (known && step.name !== "feed" && inputs.every((input) => fixed.has(input))) fixed.add(call)
	}
	return fixed
}

function usesIn({ outputs }: Graph): ReadonlyMap<Value, number> {
	const uses = new Map<Value, number>()
	const roots = Object.values(outputs)
	for (const value of [...inOrder(roots).flatMap(({ inputs }) => inputs), ...roots]) {
		uses.set(value, (uses.get(value) ?? 0) + 1)
	}
	return uses
}
