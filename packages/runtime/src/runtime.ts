import type { Gemm64 } from "@winnow/linalg"
import type { Data, Graph } from "./graph/graph.ts"

/** A graph made ready to run: by ONNX Runtime, the interpreter, ... */
export interface Program {
	/**
	 * Runs the graph once.
	 *
	 * @param feeds - one entry per input; the symbols of the shapes take their sizes from them
	 * @returns one entry per output, float32 (float64 from the interpreter)
	 */
	run(feeds: Readonly<Record<string, Data>>): Promise<Record<string, Data>>
	/**
	 * Runs the graph so many times in a row on the same feeds, and hands out no result.
	 *
	 * @returns milliseconds of each run, by a clock in the thread that runs it: messages between threads are not counted
	 */
	time(feeds: Readonly<Record<string, Data>>, runs: number): Promise<Float64Array>
	/** Frees what the program holds. Running it afterwards rejects. */
	release(): Promise<void>
}

/** What runs graphs. */
export interface Runtime {
	/** `onnxruntime-node 1.30.0`, `interpreter`, ...: written into results. */
	readonly name: string
	/** The fastest float64 matrix product that this runtime has. */
	readonly gemm64: Gemm64
	compile(graph: Graph): Promise<Program>
	/** Frees all programs and threads. Programs reject to run afterwards, and graphs are not compiled any more. */
	close(): Promise<void>
}
