import { UnsupportedError } from "@winnow/tensor"
import { expect, test, vi } from "vitest"
import { onnxRuntime, tfjsRuntime } from "../src/index.ts"

// Taken before anything is opened.
const engine = () => (globalThis as { _tfengine?: unknown })._tfengine
const loadedLibraries = () => (process.report.getReport() as unknown as { sharedObjects: string[] }).sharedObjects
const atFirst = { engine: engine(), libraries: loadedLibraries() }

vi.mock("@tensorflow/tfjs-node-gpu", () => {
	throw new Error("no library here")
})

test("importing the package loads neither TensorFlow.js nor ONNX Runtime", async () => {
	expect(atFirst.engine).toBeUndefined()
	expect(atFirst.libraries.filter((library) => library.includes("onnxruntime"))).toEqual([])
	await (await onnxRuntime({ threads: 1 })).close()
	expect(engine()).toBeUndefined()
	expect(loadedLibraries().some((library) => library.includes("onnxruntime"))).toBe(true)
})

test("without the library it runs on WebAssembly, and one line says why", async () => {
	const lines: string[] = []
	const runtime = await tfjsRuntime({ onLog: (line) => lines.push(line) })
	expect(runtime.name).toBe("tfjs 4.22.0 (wasm)")
	expect(lines).toEqual([expect.stringMatching(/^tfjs: runs on wasm: node-gpu does not load here \(.+\)$/)])
	await runtime.close()
})

test("without WebAssembly it runs in JavaScript", async () => {
	vi.doMock("@tensorflow/tfjs-backend-wasm", () => {
		throw new Error("no WebAssembly here")
	})
	const lines: string[] = []
	const runtime = await tfjsRuntime({ onLog: (line) => lines.push(line) })
	expect(runtime.name).toBe("tfjs 4.22.0 (cpu)")
	expect(lines).toEqual([
		expect.stringMatching(/^tfjs: runs on cpu: node-gpu does not load here \(.+\); wasm does not load here \(.+\)$/),
	])
	await runtime.close()
})

test("a backend that is asked for is the only one tried", async () => {
	await expect(tfjsRuntime({ backend: "node-gpu" })).rejects.toThrow(UnsupportedError)
	const lines: string[] = []
	const runtime = await tfjsRuntime({ backend: "cpu", onLog: (line) => lines.push(line) })
	expect(lines).toEqual(["tfjs: runs on cpu"])
	await runtime.close()
})
