import { matrix64, plainGemm64 } from "@winnow/linalg"
import { f64, toBeAllclose } from "@winnow/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { onnxRuntime, type Runtime, trace } from "../src/index.ts"

expect.extend({ toBeAllclose })

let runtime: Runtime
beforeAll(async () => {
	runtime = await onnxRuntime({ threads: 1 })
})
afterAll(() => runtime.close())

const square = trace({ x: { shape: ["n"] } }, (ops, { x }) => ({ y: ops.mul(x, x) }))
const vector = (...values: number[]) => ({ shape: [values.length], data: Float32Array.from(values) })

test("the runtime names its library and version", () => {
	expect(runtime.name).toMatch(/^onnxruntime-node \d+\.\d+\.\d+$/)
})

test("runs of one program may overlap and come back to their own callers", async () => {
	const program = await runtime.compile(square)
	const results = await Promise.all([1, 2, 3].map((value) => program.run({ x: vector(value) })))
	expect(results.map(({ y }) => y?.data[0])).toEqual([1, 4, 9])
	await program.release()
})

test("feeds stay the caller's: nothing is taken from them", async () => {
	const program = await runtime.compile(square)
	const x = vector(3, 4)
	await program.run({ x })
	expect([...x.data]).toEqual([3, 4])
	await program.release()
})

test("float64 feeds are narrowed", async () => {
	const program = await runtime.compile(square)
	const { y } = await program.run({ x: { shape: [1], data: Float64Array.of(1.5) } })
	expect(y).toEqual({ shape: [1], data: Float32Array.of(2.25) })
	await program.release()
})

test("what ONNX Runtime refuses rejects with its message", async () => {
	const table = { shape: [2, 1], data: new Float32Array(2) }
	const gather = trace({ ids: { shape: ["n"], type: "int" } }, (ops, { ids }) => ({
		y: ops.gather(ops.constant(table), ids),
	}))
	const program = await runtime.compile(gather)
	await expect(program.run({ ids: { shape: [1], data: Int32Array.of(7) } })).rejects.toThrow(/^onnxruntime: .*indices/)
	await program.release()
})

test("a closed runtime rejects what is waiting and what comes later", async () => {
	const other = await onnxRuntime({ threads: 1 })
	const program = await other.compile(square)
	const waiting = program.run({ x: vector(1) })
	await other.close()
	await expect(Promise.all([waiting, program.run({ x: vector(1) })])).rejects.toThrow(
		"onnxruntime: the runtime is closed",
	)
})

test("the float64 product equals the plain one for every combination of transposes, zero sizes included", async () => {
	const filled = (rows: number, columns: number) =>
		matrix64(
			rows,
			columns,
			Float64Array.from({ length: rows * columns }, (_, i) => Math.sin(1 + i)),
		)
	for (const [rows, depth, columns] of [
		[5, 7, 3],
		[1, 40, 1],
		[0, 3, 2],
		[2, 0, 3],
	] as const) {
		for (const transposeA of [false, true]) {
			for (const transposeB of [false, true]) {
				const a = transposeA ? filled(depth, rows) : filled(rows, depth)
				const b = transposeB ? filled(columns, depth) : filled(depth, columns)
				const fast = await runtime.gemm64(a, b, { transposeA, transposeB })
				const plain = await plainGemm64(a, b, { transposeA, transposeB })
				expect([fast.rows, fast.columns]).toEqual([rows, columns])
				expect(fast.data).toBeAllclose(plain.data, f64)
			}
		}
	}
	await expect(runtime.gemm64(filled(2, 3), filled(2, 3))).rejects.toThrow("gemm64: the inner size of b must be 3")
})
