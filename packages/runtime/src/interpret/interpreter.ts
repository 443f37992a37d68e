import { plainGemm64 } from "@winnow/linalg"
import { ShapeError, WinnowError } from "@winnow/tensor"
import type { Graph } from "../graph/graph.ts"
import type { Program, Runtime } from "../runtime.ts"
import { timedRuns } from "../timed-runs.ts"
import { computed } from "./interpret.ts"
import { type Schedule, scheduled } from "./schedule.ts"

/**
 * A runtime in plain TypeScript and float64: what the others are compared with, and what works everywhere.
 *
 * @example
 * const program = await interpreter().compile(graph)
 * const { y } = await program.run({ x: { shape: [2], data: Float64Array.of(3, 4) } })
 */
export function interpreter(): Runtime {
	const programs = new Set<Program>()
	let isClosed = false
	return {
		name: "interpreter",
		gemm64: plainGemm64,
		async compile(graph) {
			if (isClosed) throw new WinnowError("interpreter", "the runtime is closed")
			const program = programOf(graph, () => programs.delete(program))
			programs.add(program)
			return program
		},
		async close() {
			isClosed = true
			for (const program of programs) await program.release()
		},
	}
}

function programOf(graph: Graph, forget: () => void): Program {
	let schedule: Schedule | undefined = scheduled(graph)
	const program: Program = {
		async run(feeds) {
			if (schedule === undefined) {
				throw new ShapeError("interpreter", "the program", "one that was not released", "released")
			}
			return computed(schedule, feeds)
		},
		time: (feeds, runs) => timedRuns(() => program.run(feeds), runs),
		async release() {
			schedule = undefined
			forget()
		},
	}
	return program
}
