import { expect, test } from "vitest"
import { interpreter, onnxRuntime, type Runtime, tfjsRuntime, trace } from "../src/index.ts"

const graph = trace({ x: { shape: ["batch"] } }, (ops, { x }) => ({ y: ops.tanh(x) }))
const feeds = { x: { shape: [1], data: Float32Array.of(1) } }

test.each<[string, () => Promise<Runtime>]>([
	["interpreter", async () => interpreter()],
	["onnxruntime", () => onnxRuntime({ threads: 1 })],
	["tfjs", () => tfjsRuntime({ backend: "cpu" })],
])("a closed runtime (%s) refuses to compile and to run in one line, and closes again", async (name, open) => {
	const runtime = await open()
	const program = await runtime.compile(graph)
	await program.run(feeds)
	await runtime.close()
	await runtime.close()
	await expect(runtime.compile(graph)).rejects.toThrow(`${name}: the runtime is closed`)
	await expect(program.run(feeds)).rejects.toThrow(
		/^(onnxruntime: the runtime is closed|(interpreter|tfjs): the program must be one that was not released \(was released\))$/,
	)
	await expect(program.time(feeds, 1)).rejects.toThrow(/^[a-z]+: the (runtime|program) [^\n]*$/)
	await program.release().catch((error) => expect(error.message).toMatch(/^[a-z]+: [^\n]*$/))
})
