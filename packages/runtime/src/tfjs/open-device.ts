import { availableParallelism } from "node:os"
import { UnsupportedError } from "@winnow/tensor"
import type { Device, Tf } from "./device.ts"
import { loadNodeGpu } from "./node-gpu.ts"
import { plainProduct, wasmProduct } from "./products.ts"
import type { BackendOptions, TfjsBackend } from "./tfjs-backend.ts"

/**
 * The backend that is being started, if one is. TensorFlow.js starts one at a time, and computes on none meanwhile.
 */
let starting: Promise<unknown> | undefined

/** Undefined where nothing is in the way of computing. */
export function startingDevice(): Promise<unknown> | undefined {
	return starting
}

/**
 * Loads one backend of TensorFlow.js, after those that were asked for before.
 *
 * @throws {UnsupportedError} when it does not load here
 */
export async function openDevice(backend: TfjsBackend, options: BackendOptions = {}): Promise<Device> {
	const before = starting
	const device = (async () => {
		await before
		return started(backend, options)
	})()
	const settled = device.then(
		() => {},
		() => {},
	)
	starting = settled
	try {
		return await device
	} finally {
		if (starting === settled) starting = undefined
	}
}

async function started(backend: TfjsBackend, options: BackendOptions): Promise<Device> {
	try {
		const { default: tf } = await import("@tensorflow/tfjs-core")
		// Silences advice to install another backend, and drops checks that shapes have passed already.
		tf.enableProdMode()
		return await openers[backend](tf, options)
	} catch (cause) {
		throw new UnsupportedError("tfjs", `${backend} does not load here (${reasonOf(cause)})`, { cause })
	}
}

const openers: Readonly<Record<TfjsBackend, (tf: Tf, options: BackendOptions) => Promise<Device>>> = {
	async "node-gpu"(tf, { threads = availableParallelism() }) {
		const { binding, isUsingGpuDevice } = await loadNodeGpu(tf, threads)
		const description = `libtensorflow ${binding.TF_Version}${isUsingGpuDevice ? ", GPU" : ""}`
		const matMul: Device["matMul"] = (factors) => plainProduct(tf, factors)
		return { tf, backend: "node-gpu", registered: "tensorflow", description, transposesApart: false, matMul }
	},
	async wasm(tf) {
		await import("@tensorflow/tfjs-backend-wasm")
		await withoutCrashHandlers(() => activated(tf, "wasm"))
		const matMul: Device["matMul"] = (factors) => wasmProduct(tf, factors)
		return { tf, backend: "wasm", registered: "wasm", description: "wasm", transposesApart: true, matMul }
	},
	async cpu(tf) {
		await import("@tensorflow/tfjs-backend-cpu")
		await activated(tf, "cpu")
		const matMul: Device["matMul"] = (factors) => plainProduct(tf, factors)
		return { tf, backend: "cpu", registered: "cpu", description: "cpu", transposesApart: false, matMul }
	},
}

async function activated(tf: Tf, name: string): Promise<void> {
	if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js cannot start the backend ${name}`)
}

const crashes = ["uncaughtException", "unhandledRejection"] as const

/** Emscripten's modules install handlers of crashes for the whole process: they are taken back. */
async function withoutCrashHandlers(load: () => Promise<void>): Promise<void> {
	const emitter: NodeJS.EventEmitter = process
	const before = new Set(crashes.flatMap((event) => emitter.listeners(event)))
	await load()
	for (const event of crashes) {
		for (const listener of emitter.listeners(event).filter((each) => !before.has(each))) {
			emitter.removeListener(event, listener as () => void)
		}
	}
}

/** One line without folders: a diagnosis is shown to others. */
function reasonOf(cause: unknown): string {
	const message = cause instanceof Error ? cause.message : String(cause)
	if (message.includes("Cannot find package")) return "the package is not installed"
	if (message.includes("native addon module")) return "its native part is not built"
	return message.split("\n")[0]!.replace(/(?:[A-Za-z]:)?[\\/](?:[^\s\\/:'"]+[\\/])+/g, "")
}
