import type { Graph, Program, Runtime } from "@winnow/runtime"

/** What `work` makes of a program, which is released afterwards in any case. */
export async function using<Result>(
	runtime: Runtime,
	graph: Graph,
	work: (program: Program) => Promise<Result>,
): Promise<Result> {
	const program = await runtime.compile(graph)
	try {
		return await work(program)
	} finally {
		await program.release()
	}
}
