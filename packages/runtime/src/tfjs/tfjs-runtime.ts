import { plainGemm64 } from "@winnow/linalg"
import { UnsupportedError, WinnowError } from "@winnow/tensor"
import type { Program, Runtime } from "../runtime.ts"
import type { Device } from "./device.ts"
import { openDevice, startingDevice } from "./open-device.ts"
import { type BackendOptions, type TfjsBackend, tfjsBackends } from "./tfjs-backend.ts"
import { tfjsProgram } from "./tfjs-program.ts"

export interface TfjsRuntimeOptions extends BackendOptions {
	/** Only this one; default: the fastest that loads. */
	readonly backend?: TfjsBackend | undefined
	/** Told once, in one line, which backend it is and why the faster ones are not. */
	readonly onLog?: ((line: string) => void) | undefined
}

/**
 * Runs graphs on TensorFlow.js, float32, in this thread: on TensorFlow's own library where `@tensorflow/tfjs-node-gpu` loads, else in
 * WebAssembly, else in JavaScript. `gemm64` is plain TypeScript: nothing of ONNX Runtime is loaded.
 *
 * Weights are uploaded once, results in between freed when the last operation has read them. The event loop runs between two runs.
 *
 * @throws {UnsupportedError} when the backend asked for does not load
 * @example
 * const runtime = await tfjsRuntime({ onLog: console.error })
 * const program = await runtime.compile(graph)
 * const { y } = await program.run({ x: { shape: [1, 3], data: Float32Array.of(1, 2, 3) } })
 * await runtime.close()
 */
export async function tfjsRuntime({ backend, onLog, ...options }: TfjsRuntimeOptions = {}): Promise<Runtime> {
	const { device, refusals } = await fastestOf(backend === undefined ? tfjsBackends : [backend], options)
	const because = refusals.length > 0 ? `: ${refusals.join("; ")}` : ""
	onLog?.(`tfjs: runs on ${device.description}${because}`)
	const programs = new Set<Program>()
	let isClosed = false
	return {
		name: `tfjs ${device.tf.version_core} (${device.description})`,
		gemm64: plainGemm64,
		async compile(graph) {
			if (isClosed) throw new WinnowError("tfjs", "the runtime is closed")
			while (startingDevice() !== undefined) await startingDevice()
			const program = tfjsProgram(device, graph, (released) => programs.delete(released))
			programs.add(program)
			return program
		},
		async close() {
			isClosed = true
			for (const program of programs) await program.release()
		},
	}
}

async function fastestOf(
	backends: readonly TfjsBackend[],
	options: BackendOptions,
): Promise<{ readonly device: Device; readonly refusals: readonly string[] }> {
	const refusals: string[] = []
	for (const backend of backends) {
		try {
			return { device: await openDevice(backend, options), refusals }
		} catch (error) {
			if (!(error instanceof UnsupportedError)) throw error
			refusals.push(error.message.replace(/^tfjs: /, ""))
		}
	}
	throw new UnsupportedError("tfjs", refusals.join("; "))
}
