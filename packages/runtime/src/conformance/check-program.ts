import type { Data, Graph } from "../graph/graph.ts"
import { interpret } from "../interpret/interpret.ts"
import type { Program, Runtime } from "../runtime.ts"
import { checkClose, type Tolerance } from "./check-close.ts"
import { demand } from "./demand.ts"

export type Feeds = Readonly<Record<string, Data>>

/** Compiles a graph for as long as `use` runs. */
export async function withProgram<Result>(
	runtime: Runtime,
	graph: Graph,
	use: (program: Program) => Promise<Result>,
): Promise<Result> {
	const program = await runtime.compile(graph)
	try {
		return await use(program)
	} finally {
		await program.release()
	}
}

/** Runs one compiled program with all feeds in turn and compares every output with the interpreter's. */
export async function checkProgram(
	runtime: Runtime,
	graph: Graph,
	runs: readonly Feeds[],
	tolerance?: Tolerance,
): Promise<void> {
	await withProgram(runtime, graph, async (program) => {
		for (const feeds of runs) checkOutputs(await program.run(feeds), interpret(graph, feeds), tolerance)
	})
}

export function checkOutputs(actual: Feeds, expected: Feeds, tolerance?: Tolerance): void {
	const keys = Object.keys(expected).sort()
	demand(
		Object.keys(actual).sort().join() === keys.join(),
		"the outputs",
		keys.join(),
		Object.keys(actual).sort().join(),
	)
	for (const key of keys) checkClose(key, actual[key]!, expected[key]!, tolerance)
}
