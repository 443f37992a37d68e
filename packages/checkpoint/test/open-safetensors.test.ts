import { readFileSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { InvalidInputError, UnsupportedError, WinnowError } from "@winnow/tensor"
import { installedModel, needs } from "@winnow/testing"
import { temporaryFolder } from "@winnow/testing/hub"
import fc from "fast-check"
import { expect, test } from "vitest"
import { openSafetensors } from "../src/index.ts"
import { float32Bytes, safetensorsBytes } from "./safetensors-bytes.ts"

const folder = temporaryFolder()
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}.safetensors`, import.meta.url))

function stored(bytes: Uint8Array): string {
	const path = join(folder(), "m.safetensors")
	writeFileSync(path, bytes)
	return path
}

const a = { dtype: "F32", shape: [2], data_offsets: [0, 8] }
const b = { dtype: "F32", shape: [1], data_offsets: [8, 12] }
const data = float32Bytes(1, 2, 3)

test("tensors are listed in the order of their bytes and read by name", async () => {
	const file = await openSafetensors(stored(safetensorsBytes({ b, a }, data)))
	expect([...file.tensors.keys()]).toEqual(["a", "b"])
	expect(file.tensors.get("a")).toMatchObject({ dtype: "F32", shape: [2] })
	expect(await file.readWeights("b")).toEqual(Float32Array.of(3))
	expect(await file.readWeights("a")).toEqual(Float32Array.of(1, 2))
	expect(file.bytes).toBe(readFileSync(file.path).length)
	await file.close()
	const closed = new InvalidInputError(file.path, "the file", "open", "closed")
	await expect(file.readWeights("a")).rejects.toThrow(closed)
	await expect(file.readBytes("a")).rejects.toThrow(closed)
	await file.close()
})

test("metadata that is null is none", async () => {
	const header = '{"__metadata__":null,"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
	const file = await openSafetensors(stored(safetensorsBytes(header, float32Bytes(7))))
	expect([...file.tensors.keys()]).toEqual(["a"])
	await file.close()
})

test("scalars, empty tensors and names that an object would treat as its own are tensors", async () => {
	const header = `{"__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,4]},
		"constructor":{"dtype":"F16","shape":[3,0],"data_offsets":[4,4]}}   `
	const file = await openSafetensors(stored(safetensorsBytes(header, float32Bytes(7))))
	expect(await file.readWeights("__proto__")).toEqual(Float32Array.of(7))
	expect(await file.readWeights("constructor")).toEqual(new Float32Array(0))
	await expect(file.readWeights("toString")).rejects.toThrow(
		new InvalidInputError(file.path, 'tensor "toString"', "in the file", "missing"),
	)
	await file.close()
})

test("other dtypes are listed and read raw, but not as weights", async () => {
	const file = await openSafetensors(fixture("buffers"))
	expect(file.tensors.get("codes")).toMatchObject({ dtype: "F4", shape: [8] })
	const ids = await file.readBytes("embeddings.position_ids")
	expect([...new BigInt64Array(ids.buffer)]).toEqual([0n, 1n, 2n, 3n, 4n, 5n])
	expect([...(await file.readBytes("mask"))]).toEqual([1, 0, 1])
	expect(await file.readWeights("embeddings.weight")).toEqual(Float32Array.of(0.5, -2, 1, 3))
	const detail = 'tensor "embeddings.position_ids" is I64: weights are F32, F16 or BF16'
	await expect(file.readWeights("embeddings.position_ids")).rejects.toThrow(new UnsupportedError(file.path, detail))
	await file.close()
})

test("a real F32 file reads as its bytes say", needs("all-minilm-l6-v2"), async () => {
	const path = join(installedModel("all-minilm-l6-v2"), "model.safetensors")
	const bytes = readFileSync(path)
	const start = 8 + Number(bytes.readBigUInt64LE(0))
	const header: Record<string, typeof a> = JSON.parse(bytes.toString("utf8", 8, start))
	const file = await openSafetensors(path)
	expect([...file.tensors.keys()].sort()).toEqual(
		Object.keys(header)
			.filter((key) => key !== "__metadata__")
			.sort(),
	)
	for (const [tensor, { dtype, shape }] of file.tensors) {
		// The numbers of the positions, beside the weights.
		if (dtype !== "F32") continue
		const [begin, end] = header[tensor]!.data_offsets as [number, number]
		const values = await file.readWeights(tensor)
		expect(values.length).toBe(shape.reduce((x, y) => x * y, 1))
		expect(Buffer.compare(Buffer.from(values.buffer), bytes.subarray(start + begin, start + end))).toBe(0)
	}
	await file.close()
})

const range = (name: string) => `the byte range of tensor "${name}"`
const refusals: readonly (readonly [string, Uint8Array, string, string, unknown])[] = [
	["shorter than 8 bytes", Buffer.alloc(7), "the file", "at least 8 bytes long", 7],
	["empty", Buffer.alloc(0), "the file", "at least 8 bytes long", 0],
	[
		"with a header longer than the file",
		Buffer.concat([Buffer.of(3, 0, 0, 0, 0, 0, 0, 0), Buffer.from("{}")]),
		"the header",
		"within the file of 10 bytes",
		"3 bytes long",
	],
	[
		"with a header over 100 MB",
		Buffer.of(1, 0xe1, 0xf5, 5, 0, 0, 0, 0),
		"the header",
		"at most 100000000 bytes long",
		100_000_001,
	],
	["with a header of 2^64 bytes", Buffer.alloc(8, 255), "the header", "at most 100000000 bytes long", 2 ** 64],
	["with a header that is a list", safetensorsBytes("[]", data), "the header", "a JSON object", "a list"],
	["with an empty header", safetensorsBytes("", data), "the header", "JSON", "not: Unexpected end of JSON input"],
	[
		"with a tensor twice",
		safetensorsBytes(`{"a":${JSON.stringify(a)},"b":${JSON.stringify(b)},"a":${JSON.stringify(a)}}`, data),
		'the key "a" in the header',
		"there once",
		"there twice",
	],
	[
		"with overlapping tensors",
		safetensorsBytes({ a, b: { ...b, data_offsets: [4, 8] } }, data),
		range("b"),
		"free of overlap: from byte 8 on",
		"4 to 8",
	],
	[
		"with two tensors on the same bytes",
		safetensorsBytes({ a, b: a }, data.subarray(0, 8)),
		range("b"),
		"free of overlap: from byte 8 on",
		"0 to 8",
	],
	[
		"with a gap between tensors",
		safetensorsBytes({ a, b: { ...b, data_offsets: [12, 16] } }, float32Bytes(1, 2, 3, 4)),
		range("b"),
		"without a gap before it: from byte 8 on",
		"12 to 16",
	],
	[
		"with a gap before the first tensor",
		safetensorsBytes({ b }, data),
		range("b"),
		"without a gap before it: from byte 0 on",
		"8 to 12",
	],
	[
		"that ends before its last tensor",
		safetensorsBytes({ a, b }, data.subarray(0, 11)),
		range("b"),
		"within the file's 11 bytes of data",
		"8 to 12",
	],
	[
		"that goes on after its last tensor",
		safetensorsBytes({ a, b }, float32Bytes(1, 2, 3, 4)),
		"the data",
		"12 bytes long, as the header says",
		"16 bytes long",
	],
	[
		"with bytes but no tensors",
		safetensorsBytes({}, data),
		"the data",
		"0 bytes long, as the header says",
		"12 bytes long",
	],
	[
		"with a shape that does not fit its bytes",
		safetensorsBytes({ a: { ...a, shape: [3] }, b }, data),
		range("a"),
		"12 bytes long for F32 [3]",
		"0 to 8",
	],
	[
		"with a dtype that does not fit its bytes",
		safetensorsBytes({ a: { ...a, dtype: "BF16" }, b }, data),
		range("a"),
		"4 bytes long for BF16 [2]",
		"0 to 8",
	],
	[
		"with a range that runs backwards",
		safetensorsBytes({ a, b: { ...b, data_offsets: [12, 8] } }, data),
		range("b"),
		"4 bytes long for F32 [1]",
		"12 to 8",
	],
	[
		"with a shape whose product overflows",
		safetensorsBytes({ a: { ...a, shape: [2 ** 52, 2 ** 52] }, b }, data),
		range("a"),
		`${2 ** 106} bytes long for F32 [${2 ** 52}, ${2 ** 52}]`,
		"0 to 8",
	],
	[
		"with a negative size",
		safetensorsBytes({ a: { ...a, shape: [-2] }, b }, data),
		'shape[0] of tensor "a"',
		"a natural number",
		-2,
	],
	[
		"with a fractional size",
		safetensorsBytes({ a: { ...a, shape: [2, 1.5] }, b }, data),
		'shape[1] of tensor "a"',
		"a natural number",
		1.5,
	],
	[
		"with a negative offset",
		safetensorsBytes({ a: { ...a, data_offsets: [-8, 0] }, b }, data),
		'data_offsets[0] of tensor "a"',
		"a natural number",
		-8,
	],
	[
		"with a size beyond the safe integers",
		safetensorsBytes({ a: { ...a, shape: [2 ** 53] }, b }, data),
		'shape[0] of tensor "a"',
		"a natural number",
		2 ** 53,
	],
	[
		"with an unknown dtype",
		safetensorsBytes({ a: { ...a, dtype: "F33" }, b }, data),
		'the dtype of tensor "a"',
		"one of the safetensors format",
		'"F33"',
	],
	[
		"with a dtype that an object would treat as its own",
		safetensorsBytes({ a: { ...a, dtype: "constructor" }, b }, data),
		'the dtype of tensor "a"',
		"one of the safetensors format",
		'"constructor"',
	],
	[
		"with a tensor that has no shape",
		safetensorsBytes({ a: { dtype: "F32", data_offsets: [0, 8] }, b }, data),
		'shape of tensor "a"',
		"an array",
		"missing",
	],
	[
		"with metadata that is not text",
		safetensorsBytes({ __metadata__: { step: 3 }, a, b }, data),
		"step of __metadata__",
		"a string",
		3,
	],
]

test.each(refusals)("a file %s is refused", async (_, bytes, what, expected, actual) => {
	const path = stored(bytes)
	await expect(openSafetensors(path)).rejects.toThrow(new InvalidInputError(path, what, expected, actual))
})

test("a header that is not UTF-8 is refused", async () => {
	const path = stored(safetensorsBytes({ a, b }, data).fill(0xff, 9, 12))
	await expect(openSafetensors(path)).rejects.toThrow(
		new InvalidInputError(path, "the header", "UTF-8 text", "other bytes"),
	)
})

test("NaN and infinities are refused when read as weights, naming tensor and element", async () => {
	const halves = Uint16Array.of(0x3c00, 0x7c00, 0x3f80, 0xffc0)
	const header = {
		f32: { dtype: "F32", shape: [3], data_offsets: [0, 12] },
		f16: { dtype: "F16", shape: [2], data_offsets: [12, 16] },
		bf16: { dtype: "BF16", shape: [2], data_offsets: [16, 20] },
	}
	const weights = Buffer.concat([float32Bytes(1, 2, Number.NEGATIVE_INFINITY), new Uint8Array(halves.buffer)])
	const file = await openSafetensors(stored(safetensorsBytes(header, weights)))
	for (const [name, at, value] of [
		["f32", 2, Number.NEGATIVE_INFINITY],
		["f16", 1, Number.POSITIVE_INFINITY],
		["bf16", 1, Number.NaN],
	] as const) {
		const what = `element ${at} of tensor "${name}"`
		await expect(file.readWeights(name)).rejects.toThrow(
			new InvalidInputError(file.path, what, "a finite number", value),
		)
	}
	expect((await file.readBytes("bf16")).length).toBe(4)
	await file.close()
})

test("a missing file, a folder and a path below a file are refused in one line", async () => {
	const missing = join(folder(), "none.safetensors")
	await expect(openSafetensors(missing)).rejects.toThrow(
		new InvalidInputError(missing, "the file", "readable", "missing"),
	)
	await expect(openSafetensors(folder())).rejects.toThrow(
		new InvalidInputError(folder(), "the path", "a file", "a folder"),
	)
	const below = join(stored(data), "x")
	await expect(openSafetensors(below)).rejects.toThrow(
		new InvalidInputError(below, "the file", "readable", "below something that is no folder"),
	)
})

test("a file that is cut off after it was opened is refused when read", async () => {
	const path = stored(safetensorsBytes({ a, b }, data))
	const file = await openSafetensors(path)
	truncateSync(path, file.bytes - 2)
	await expect(file.readWeights("b")).rejects.toThrow(/the file must be as long as when it was opened/)
	await file.close()
})

test("whatever bytes are changed, a file opens whole or is refused in one line", async () => {
	const original = readFileSync(fixture("mixed"))
	const change = fc.record({ at: fc.nat(original.length - 1), to: fc.nat(255) })
	let refused = 0
	await fc.assert(
		fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(100), async (changes, cut) => {
			const bytes = Buffer.from(original.subarray(0, original.length - (cut > 90 ? cut : 0)))
			for (const { at, to } of changes) if (at < bytes.length) bytes[at] = to
			try {
				const file = await openSafetensors(stored(bytes))
				for (const name of file.tensors.keys()) await file.readBytes(name)
				await file.close()
			} catch (error) {
				refused++
				expect(error).toSatisfy(WinnowError.is)
				expect(String(error)).not.toContain("\n")
			}
		}),
		{ seed: 1, numRuns: 400 },
	)
	expect(refused).toBeGreaterThan(100)
})
