import { readFile } from "node:fs/promises"
import { UnsupportedError } from "@winnow/tensor"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { runCommand } from "./run-command.ts"
import { type TinyWorkplace, tinyWorkplace } from "./tiny-workplace.ts"

const message = "onnxruntime: onnxruntime-node does not load on plan9/mips"

vi.mock("@winnow/runtime", async (original) => ({
	...(await original<object>()),
	onnxRuntime: () =>
		Promise.reject(new UnsupportedError("onnxruntime", "onnxruntime-node does not load on plan9/mips")),
}))

let place: TinyWorkplace
beforeAll(async () => (place = await tinyWorkplace()))
afterAll(() => place.remove())

const pruning = () => ["prune", place.model, "--task", "sst2", "--data", place.data, "--macs", "0.5", "--samples", "16"]
const evaluating = () => ["evaluate", place.model, "--task", "sst2", "--data", place.data]

/** Whatever the machine loads libraries with: a runtime in a worker thread is one of them, too. */
const loadedLibraries = () => (process.report.getReport() as unknown as { sharedObjects: string[] }).sharedObjects

test.each([
	["prune", () => [...pruning(), "--out", place.path("out")]],
	["evaluate", evaluating],
])("%s --runtime onnx says in one line that the platform has no such runtime", async (_, args) => {
	const run = await runCommand([...args(), "--runtime", "onnx"])
	expect(run).toEqual({ code: 1, stdout: "", stderr: `${message}\n` })
})

test.each([
	["profile", () => ["profile", place.model]],
	["prune", () => [...pruning().with(6, "--latency"), "--out", place.path("out")]],
])("%s --precision int8, which needs it, does not go on with another", async (_, args) => {
	const { code, stdout, stderr } = await runCommand([...args(), "--precision", "int8"])
	expect([code, stdout]).toEqual([1, ""])
	expect(stderr.trimEnd().split("\n").at(-1)).toBe(message)
})

test("prune goes on with TensorFlow.js, and says so", async () => {
	const { code, stderr } = await runCommand([...pruning(), "--out", place.path("out")])
	expect(code).toBe(0)
	expect(stderr).toMatch(/^note: onnxruntime: .*plan9.*\nnote: tfjs: runs on .*\n/)
	const { runtime, recipe } = JSON.parse(await readFile(place.path("out", "winnow.json"), "utf8"))
	expect(runtime).toMatch(/^tfjs 4\.22\.0 \(/)
	expect(recipe).not.toHaveProperty("runtime")
})

test.each([
	["prune", () => [...pruning(), "--out", place.path("tfjs"), "--formats", "none"]],
	["evaluate", evaluating],
])("%s --runtime tfjs says what it runs on, and is content", async (_, args) => {
	const { code, stderr } = await runCommand([...args(), "--runtime", "tfjs"])
	expect(code).toBe(0)
	expect(stderr.match(/^note: .*/gm)).toEqual([expect.stringMatching(/^note: tfjs: runs on /)])
})

test("inspect, which runs nothing, needs none", async () => {
	expect(await runCommand(["inspect", place.model])).toMatchObject({ code: 0, stderr: "" })
})

test("nothing of ONNX Runtime was loaded, which it is once it is used", async () => {
	const isOfOnnxRuntime = (library: string) => library.includes("onnxruntime")
	expect(loadedLibraries().filter(isOfOnnxRuntime)).toEqual([])
	const { onnxRuntime } = await vi.importActual<typeof import("@winnow/runtime")>("@winnow/runtime")
	const runtime = await onnxRuntime()
	expect(loadedLibraries().filter(isOfOnnxRuntime).length).toBeGreaterThan(0)
	await runtime.close()
})
