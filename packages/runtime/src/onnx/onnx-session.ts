import { availableParallelism } from "node:os"
import { type NumericArray, ShapeError } from "@winnow/tensor"
import type { Data } from "../graph/graph.ts"
import type { OnnxType } from "./model-proto.ts"
import { OnnxRuntimeThread } from "./onnxruntime-thread.ts"

/** An ONNX file as ONNX Runtime has loaded it. */
export interface OnnxSession {
	/** Names of what is fed, and of what comes out. */
	readonly inputs: readonly string[]
	readonly outputs: readonly string[]
	/** One feed an input; a BigInt64Array for int64. */
	run(feeds: Readonly<Record<string, Data>>): Promise<Record<string, Data>>
	/** Milliseconds of each of so many runs in a row. */
	time(feeds: Readonly<Record<string, Data>>, runs: number): Promise<ArrayLike<number>>
	close(): Promise<void>
}

/**
 * Opens an ONNX file in onnxruntime-node, as a stranger's program would.
 *
 * @throws {UnsupportedError} when onnxruntime-node has no binary for this platform
 * @throws {WinnowError} when ONNX Runtime refuses the file
 * @example
 * const session = await openOnnx("out/onnx/model.onnx", { threads: 2 })
 */
export async function openOnnx(
	path: string,
	{ threads = availableParallelism() }: { readonly threads?: number | undefined } = {},
): Promise<OnnxSession> {
	const thread = await OnnxRuntimeThread.start()
	try {
		const { id, inputs, outputs } = await thread.create(path, { intraOpNumThreads: threads })
		return {
			inputs,
			outputs,
			run: (feeds) => thread.run(id, typed(feeds)),
			time: (feeds, runs) => thread.time(id, typed(feeds), runs),
			close: () => thread.close(),
		}
	} catch (error) {
		await thread.close()
		throw error
	}
}

function typed(feeds: Readonly<Record<string, Data>>) {
	return Object.fromEntries(
		Object.entries(feeds).map(([key, feed]) => [key, { ...feed, elementType: typeOf(feed.data) }]),
	)
}

function typeOf(data: NumericArray): OnnxType {
	if (data instanceof BigInt64Array) return "int64"
	if (data instanceof Int32Array) return "int32"
	if (data instanceof Float32Array) return "float32"
	if (data instanceof Float64Array) return "float64"
	throw new ShapeError("onnx", "feeds", "32 or 64 bits an element", data.constructor.name)
}
