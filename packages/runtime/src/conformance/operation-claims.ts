import { trace } from "../graph/ops.ts"
import type { Runtime } from "../runtime.ts"
import { checkProgram } from "./check-program.ts"
import { gradientGraph } from "./gradient-graph.ts"
import { drawnFeeds, type OperationCase } from "./operation-case.ts"
import { operationCases } from "./operation-cases.ts"
import type { RuntimeClaim } from "./runtime-claim.ts"

/** Every case computes what the interpreter computes, and so does its gradient where it has one. */
export function operationClaims(): readonly RuntimeClaim[] {
	return Object.entries(operationCases).flatMap(([operation, cases]) =>
		cases.flatMap((each) => {
			const value = { name: `${operation} ${each.name}`, check: (runtime: Runtime) => checkValue(runtime, each) }
			const slope = {
				name: `the gradient of ${operation}: ${each.name}`,
				check: (runtime: Runtime) => checkGradient(runtime, each),
			}
			return each.wrt.length > 0 ? [value, slope] : [value]
		}),
	)
}

function checkValue(runtime: Runtime, { inputs, program, sizes, draw }: OperationCase): Promise<void> {
	const runs = sizes.map((bound) => drawnFeeds(inputs, bound, draw))
	return checkProgram(runtime, trace(inputs, program), runs)
}

function checkGradient(runtime: Runtime, each: OperationCase): Promise<void> {
	const { graph, inputs } = gradientGraph(each)
	const runs = each.sizes.map((bound) => drawnFeeds(inputs, bound, each.draw))
	return checkProgram(runtime, graph, runs)
}
