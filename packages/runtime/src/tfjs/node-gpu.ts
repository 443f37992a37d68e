import util from "node:util"
import type { Tf } from "./device.ts"

/** What is used of TensorFlow's library behind the backend. */
export interface LibTensorFlow {
	readonly binding: { readonly TF_Version: string }
	readonly isUsingGpuDevice: boolean
}

/**
 * Loads `@tensorflow/tfjs-node-gpu`, an optional peer: it is found where it is installed beside this package, or in a folder above it,
 * which the root of a workspace is. Not looked for from the current folder, because a copy elsewhere comes with a TensorFlow.js of its own,
 * whose tensors are strangers to this one's.
 */
export async function loadNodeGpu(tf: Tf, threads: number): Promise<LibTensorFlow> {
	restoreUtil()
	// Read by the library when it loads: later values change nothing.
	process.env.TF_NUM_INTRAOP_THREADS ??= String(threads)
	process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"
	await import("@tensorflow/tfjs-node-gpu")
	await tf.setBackend("tensorflow")
	return tf.findBackend("tensorflow") as unknown as LibTensorFlow
}

/** tfjs-node calls two functions that Node 23 took away, and Node 22 warns of. */
function restoreUtil(): void {
	const isNullOrUndefined = (value: unknown) => value === null || value === undefined
	Object.assign(util, { isArray: Array.isArray, isNullOrUndefined })
}
