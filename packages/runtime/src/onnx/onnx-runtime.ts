import { availableParallelism } from "node:os"
import { ShapeError } from "@winnow/tensor"
import { bindSizes } from "../graph/bind-sizes.ts"
import type { Data, Graph } from "../graph/graph.ts"
import type { Program, Runtime } from "../runtime.ts"
import { modelBytes } from "./model-proto.ts"
import { onnxModel, onnxType, type Precision } from "./onnx-model.ts"
import { OnnxRuntimeThread, type TypedData } from "./onnxruntime-thread.ts"
import { ortGemm64 } from "./ort-gemm64.ts"

export interface OnnxRuntimeOptions {
	/** Threads of every session; default: as many as there are processors. */
	readonly threads?: number | undefined
	/** Of all programs (default: `fp32`); others have no gradients. */
	readonly precision?: Precision | undefined
}

/**
 * Runs graphs in onnxruntime-node, float32 unless another precision is asked for, on the CPU, in a worker thread.
 *
 * A graph becomes one ONNX model with its constants inside, so that ONNX Runtime packs the weights and fuses across operations.
 *
 * @throws {UnsupportedError} when onnxruntime-node has no binary for this platform
 * @example
 * const runtime = await onnxRuntime({ threads: 2 })
 * const program = await runtime.compile(graph)
 * const { y } = await program.run({ x: { shape: [1, 3], data: Float32Array.of(1, 2, 3) } })
 * await runtime.close()
 */
export async function onnxRuntime(options: OnnxRuntimeOptions = {}): Promise<Runtime> {
	const { threads = availableParallelism(), precision = "fp32" } = options
	const thread = await OnnxRuntimeThread.start()
	return {
		name: `onnxruntime-node ${thread.version}`,
		gemm64: ortGemm64(thread, threads),
		compile: async (graph) => onnxProgram(thread, graph, { threads, precision }),
		close: () => thread.close(),
	}
}

async function onnxProgram(
	thread: OnnxRuntimeThread,
	graph: Graph,
	{ threads, precision }: { readonly threads: number; readonly precision: Precision },
): Promise<Program> {
	const bytes = modelBytes(onnxModel(graph, { precision }))
	const { id: session } = await thread.create(bytes, { intraOpNumThreads: threads })
	let released = false
	const checked = (feeds: Readonly<Record<string, Data>>) => {
		if (released) throw new ShapeError("onnxruntime", "the program", "one that was not released", "released")
		bindSizes(graph, feeds)
		return typedFeeds(graph, feeds)
	}
	return {
		run: async (feeds) => thread.run(session, checked(feeds)),
		time: async (feeds, runs) => thread.time(session, checked(feeds), runs),
		async release() {
			if (released) return
			released = true
			await thread.release(session)
		},
	}
}

function typedFeeds(graph: Graph, feeds: Readonly<Record<string, Data>>): Record<string, TypedData> {
	return Object.fromEntries(
		Object.entries(graph.inputs).map(([key, value]) => {
			const { shape, data } = feeds[key]!
			const narrow = data instanceof Float64Array ? Float32Array.from(data) : data
			return [key, { shape, data: narrow, elementType: onnxType(value) }]
		}),
	)
}
