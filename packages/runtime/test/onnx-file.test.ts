import { readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { toBeAllclose } from "@winnow/testing"
import { temporaryFolder } from "@winnow/testing/hub"
import onnxProto from "onnx-proto"
import { expect, test } from "vitest"
import type { Data, Graph } from "../src/index.ts"
import { gradient, interpreter, onnxRuntime, openOnnx, trace, writeOnnx } from "../src/index.ts"

expect.extend({ toBeAllclose })

const { ModelProto } = onnxProto.onnx
const folder = temporaryFolder()
const file = (name = "model.onnx") => join(folder(), name)
const filled = (shape: readonly number[], seed: number) => {
	const length = shape.reduce((product, size) => product * size, 1)
	return { shape, data: Float32Array.from({ length }, (_, i) => Math.sin(seed + 1.7 * i) * (1 + (i % 5))) }
}
const [words, big, small] = [filled([40, 64], 1), filled([64, 64], 2), filled([64, 3], 3)]
const bias = filled([64], 4)

/** Rows of a table, a large product with a bias, a small one, and what masks attention. */
const program = trace(
	{ ids: { shape: ["batch", "length"], type: "int" }, mask: { shape: ["batch", "length"], type: "int" } },
	(ops, { ids, mask }) => {
		const rows = ops.gather(ops.constant(words), ops.iota(ids, 1))
		const x = ops.add(ops.gather(ops.constant(words), ids), rows)
		const linear = ops.add(ops.matMul(x, ops.constant(big)), ops.constant(bias))
		const scores = ops.matMul(ops.gelu(linear), ops.constant(small))
		const far = ops.mul(ops.sub(ops.toFloat(mask), ops.constant(1)), ops.constant(1e9))
		const masked = ops.add(scores, ops.expandDims(far, [2]))
		return { weights: ops.softmax(masked), linear }
	},
)
const ids = Int32Array.of(3, 0, 39, 7, 11, 5)
const mask = Int32Array.of(1, 1, 1, 1, 0, 0)
const shape = [2, 3]
const wide = {
	ids: { shape, data: BigInt64Array.from(ids, BigInt) },
	mask: { shape, data: BigInt64Array.from(mask, BigInt) },
}

async function expected(graph: Graph) {
	const compiled = await interpreter().compile(graph)
	return compiled.run({ ids: { shape, data: ids }, mask: { shape, data: mask } })
}

async function outputsOf(path: string) {
	const session = await openOnnx(path, { threads: 1 })
	const outputs = await session.run(wide)
	await session.close()
	return outputs
}

const numbersOf = (data: Data | undefined) => data!.data as Float32Array

const decoded = async (path: string) => ModelProto.decode(await readFile(path)).graph!

test("a file in fp32 takes 64-bit integers and computes what the interpreter does", async () => {
	const path = file()
	expect(await writeOnnx(program, path)).toEqual(["model.onnx"])
	const inputs = (await decoded(path)).input!
	expect(inputs.map(({ name, type }) => [name, type?.tensorType?.elemType])).toEqual([
		["ids", 7],
		["mask", 7],
	])
	const [outputs, reference] = [await outputsOf(path), await expected(program)]
	for (const key of ["weights", "linear"]) {
		expect(numbersOf(outputs[key])).toBeAllclose(numbersOf(reference[key]), { rtol: 1e-4, atol: 1e-4 })
	}
})

test("fp16 halves what is stored and computed, not what comes out", async () => {
	const path = file()
	await writeOnnx(program, path, { precision: "fp16" })
	const { initializer, output } = await decoded(path)
	expect(new Set(initializer!.map(({ dataType }) => dataType))).toEqual(new Set([10, 7]))
	expect(output!.map(({ type }) => type?.tensorType?.elemType)).toEqual([1, 1])
	const [outputs, reference] = [await outputsOf(path), await expected(program)]
	expect(outputs.linear!.data).toBeInstanceOf(Float32Array)
	const largest = Math.max(...Array.from(reference.linear!.data as Float64Array, Math.abs))
	expect(numbersOf(outputs.linear)).toBeAllclose(numbersOf(reference.linear), { rtol: 0, atol: 4e-3 * largest })
	// What is masked by 1e9, beyond half precision, is so here, too: nothing is NaN.
	expect(numbersOf(outputs.weights)).toBeAllclose(numbersOf(reference.weights), { rtol: 0, atol: 0.02 })
})

test("a weight beyond half precision is refused, and so are gradients", async () => {
	const path = file()
	const scaled = (largest: number) =>
		trace({ x: { shape: ["n", 2] } }, (ops, { x }) => ({
			y: ops.mul(x, ops.constant({ shape: [2], data: Float32Array.of(1, largest) })),
		}))
	await writeOnnx(scaled(65_504), path, { precision: "fp16" })
	const beyond = writeOnnx(scaled(-65_536), file("beyond.onnx"), { precision: "fp16" })
	await expect(beyond).rejects.toThrow("fp16: weights must be at most 65504 in magnitude (was -65536)")
	const vector = { shape: [2], data: Float32Array.of(1, 2) }
	const slope = trace({ x: { shape: ["n", 2] } }, (ops, { x }) => {
		const norm = ops.layerNorm(x, { scale: ops.constant(vector), bias: ops.constant(vector), epsilon: 1e-5 })
		return { dx: gradient(ops.reduceSum(norm, [0, 1]), [x])[0]! }
	})
	const refused = writeOnnx(slope, file("slope.onnx"), { precision: "fp16" })
	await expect(refused).rejects.toThrow("onnx: gradients are not computed in half precision")
})

/** As ONNX defines DynamicQuantizeLinear. */
function dynamicallyQuantized(x: readonly number[]) {
	const [low, high] = [Math.min(0, ...x), Math.max(0, ...x)]
	const scale = Math.fround((high - low) / 255)
	const zero = Math.round(-low / scale)
	return { scale, values: x.map((value) => Math.max(0, Math.min(255, Math.round(value / scale) + zero)) - zero) }
}

/** Symmetric, by the largest of the numbers. */
function quantized(numbers: readonly number[], largest: number): number[] {
	const scale = Math.fround(Math.max(...numbers.map(Math.abs)) / largest)
	return numbers.map((value) => Math.round(value / scale) * scale)
}

test("int8 is what its definition says: rows and columns by scales of their own, inputs while running", async () => {
	const path = file()
	await writeOnnx(program, path, { precision: "int8" })
	const width = 64
	const row = (id: number) => quantized([...words.data.subarray(id * width, (id + 1) * width)], 127)
	const x = [...ids].flatMap((id, i) => row(id).map((entry, column) => entry + row(i % 3)[column]!))
	const input = dynamicallyQuantized(x)
	const columns = Array.from({ length: width }, (_, column) =>
		quantized(
			Array.from({ length: width }, (_, i) => big.data[i * width + column]!),
			63,
		),
	)
	const linear = Float64Array.from({ length: ids.length * width }, (_, at) => {
		const [token, column] = [Math.floor(at / width), at % width]
		const weights = columns[column]!
		const sum = weights.reduce((total, weight, i) => total + weight * input.values[token * width + i]!, 0)
		return sum * input.scale + bias.data[column]!
	})
	const outputs = await outputsOf(path)
	expect(numbersOf(outputs.linear)).toBeAllclose(linear, { rtol: 1e-4, atol: 1e-3 })
})

test("int8 stores large matrices and tables in bytes, weights that cannot overflow, and leaves small ones", async () => {
	const path = file()
	await writeOnnx(program, path, { precision: "int8" })
	const { initializer, node } = await decoded(path)
	const bytes = initializer!.filter(({ dataType }) => dataType === 3)
	expect(bytes.map(({ dims }) => dims?.map(Number))).toEqual([
		[40, 64],
		[64, 64],
	])
	const magnitudes = [...Int8Array.from(bytes[1]!.rawData as Uint8Array)].map(Math.abs)
	expect(Math.max(...magnitudes)).toBe(63)
	const count = (type: string) => node!.filter(({ opType }) => opType === type).length
	expect([count("DynamicQuantizeLinear"), count("MatMulInteger"), count("MatMul")]).toEqual([1, 1, 1])
})

test("a runtime computes in the precision that it was asked for", async () => {
	const path = file()
	await writeOnnx(program, path, { precision: "int8" })
	const runtime = await onnxRuntime({ threads: 1, precision: "int8" })
	const compiled = await runtime.compile(program)
	const { linear } = await compiled.run({ ids: { shape, data: ids }, mask: { shape, data: mask } })
	expect(linear!.data).toEqual((await outputsOf(path)).linear!.data)
	await runtime.close()
})

test("inputs that are quantized once serve every product", async () => {
	const path = file()
	const both = trace({ x: { shape: ["n", 64] } }, (ops, { x }) => {
		const linear = (matrix: typeof big, transposeB: boolean) =>
			ops.add(ops.matMul(x, ops.constant(matrix), { transposeB }), ops.constant(bias))
		return { plain: linear(big, false), turned: linear(transposed(big), true) }
	})
	await writeOnnx(both, path, { precision: "int8" })
	const { node } = await decoded(path)
	expect(node!.filter(({ opType }) => opType === "DynamicQuantizeLinear")).toHaveLength(1)
	const session = await openOnnx(path, { threads: 1 })
	const { plain, turned } = await session.run({ x: filled([5, 64], 9) })
	expect(turned!.data).toEqual(plain!.data)
	await session.close()
})

function transposed({ shape, data }: typeof big): typeof big {
	const [rows, columns] = shape as [number, number]
	return { shape: [columns, rows], data: data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!) }
}

test("weights that one file does not hold lie beside it", async () => {
	const path = file()
	expect(await writeOnnx(program, path, { mostBytes: 10_000 })).toEqual(["model.onnx", "model.onnx_data"])
	expect((await stat(path)).size).toBeLessThan(10_000)
	const { initializer } = await decoded(path)
	const external = initializer!.filter(({ dataLocation }) => dataLocation === 1)
	const offsets = external.map(({ externalData }) => Number(externalData!.find(({ key }) => key === "offset")!.value))
	expect(offsets.length).toBeGreaterThan(1)
	for (const offset of offsets) expect(offset % 4096).toBe(0)
	expect(await outputsOf(path)).toEqual(await outputsOf(await whole()))
})

async function whole(): Promise<string> {
	const path = file("whole.onnx")
	await writeOnnx(program, path)
	return path
}

test("no file is written over, and one that is none is refused", async () => {
	const path = await whole()
	await expect(writeOnnx(program, path)).rejects.toThrow("EEXIST")
	await expect(openOnnx(file("missing.onnx"))).rejects.toThrow(/^onnxruntime: /)
})
