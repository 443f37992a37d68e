import { interpreter, onnxRuntime, type Runtime, tfjsRuntime } from "@winnow/runtime"
import { UnsupportedError } from "@winnow/tensor"
import type { NotedRun } from "../noted-run.ts"
import type { RuntimeName } from "../request/runtime-names.ts"
import type { ServedPrecision } from "../request/served-precisions.ts"

export interface RuntimeChoice extends NotedRun {
	/** `interpreter` where nothing is to be run. */
	readonly runtime?: RuntimeName | "interpreter" | undefined
	readonly threads?: number | undefined
	/** Of all programs (default: fp32). With another one, nothing but ONNX Runtime is meant. */
	readonly precision?: ServedPrecision | undefined
}

/**
 * The runtime asked for, or the fastest that loads: ONNX Runtime, else TensorFlow.js, which says so in a note.
 *
 * @throws {UnsupportedError} when it does not load here
 */
export async function openRuntime({ runtime, threads, precision = "fp32", onNote }: RuntimeChoice): Promise<Runtime> {
	if (precision !== "fp32") return onnxRuntime({ threads, precision })
	if (runtime === "interpreter") return interpreter()
	if (runtime === "onnx") return onnxRuntime({ threads })
	if (runtime === "tfjs") return tfjsRuntime({ threads, onLog: onNote })
	try {
		return await onnxRuntime({ threads })
	} catch (error) {
		if (!(error instanceof UnsupportedError)) throw error
		onNote?.(error.message)
		return tfjsRuntime({ threads, onLog: onNote })
	}
}
