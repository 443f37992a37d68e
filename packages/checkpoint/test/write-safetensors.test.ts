import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { InvalidInputError, ShapeError } from "@winnow/tensor"
import { needs, sharedFile } from "@winnow/testing"
import { temporaryFolder } from "@winnow/testing/hub"
import fc from "fast-check"
import { expect, test } from "vitest"
import { openSafetensors, type StoredTensor, type WeightDtype, writeSafetensors } from "../src/index.ts"
import { halfFormats } from "../src/safetensors/half-formats.ts"

const folder = temporaryFolder()
const target = () => join(folder(), "m.safetensors")
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}.safetensors`, import.meta.url))
const shared = (path: string) => fileURLToPath(sharedFile(path))

/** The tensors of one file, stored as the file `like` stores them. */
async function tensorsOf(path: string, like = path): Promise<StoredTensor[]> {
	const [file, model] = await Promise.all([openSafetensors(path), openSafetensors(like)])
	const tensors = Array.from(model.tensors, async ([name, { dtype, shape }]) => {
		return { name, dtype: dtype as WeightDtype, shape, data: await file.readWeights(name) }
	})
	const read = await Promise.all(tensors)
	await Promise.all([file.close(), model.close()])
	return read
}

test.each([
	["values", "values"],
	["values", "mixed"],
	["mixed", "mixed"],
])("%s written in the dtypes of %s is what the Rust crate wrote, byte for byte", async (values, like) => {
	await writeSafetensors(target(), (await tensorsOf(fixture(values), fixture(like))).reverse())
	expect(readFileSync(target())).toEqual(readFileSync(fixture(like)))
})

test.each([
	"models/minilm-sst2/model-00001-of-00002.safetensors",
	"models/minilm-sst2/model-00002-of-00002.safetensors",
	"goldens/kwon2022-sst2/golden.safetensors",
])("the real file %s is the same after reading and writing", needs("shared"), async (path) => {
	await writeSafetensors(target(), await tensorsOf(shared(path)))
	expect(Buffer.compare(readFileSync(target()), readFileSync(shared(path)))).toBe(0)
})

const dtypes = fc.constantFrom<WeightDtype>("F32", "F16", "BF16")
const shapes = fc.array(fc.nat(4), { maxLength: 3 })
const tensorCases = fc
	.uniqueArray(fc.string({ unit: "grapheme" }), { maxLength: 6 })
	.chain((names) =>
		fc.tuple(...names.map((name) => fc.record({ name: fc.constant(name), dtype: dtypes, shape: shapes }))),
	)

test("what is written is read again, and the order given does not matter", async () => {
	const values = fc.infiniteStream(fc.float({ noNaN: true, min: -65504, max: 65504 }))
	await fc.assert(
		fc.asyncProperty(tensorCases, values, async (cases, stream) => {
			const tensors = cases.map((tensor) => ({ ...tensor, data: representable(tensor, stream) }))
			await writeSafetensors(target(), tensors)
			const bytes = readFileSync(target())
			await writeSafetensors(target(), tensors.toReversed())
			expect(readFileSync(target())).toEqual(bytes)
			const file = await openSafetensors(target())
			expect(file.tensors.size).toBe(tensors.length)
			for (const { name, dtype, shape, data } of tensors) {
				expect(file.tensors.get(name)).toMatchObject({ dtype, shape })
				expect(await file.readWeights(name)).toEqual(data)
			}
			await file.close()
		}),
		{ seed: 1, numRuns: 60 },
	)
})

function representable(
	{ dtype, shape }: Pick<StoredTensor, "dtype" | "shape">,
	stream: Iterator<number>,
): Float32Array {
	const size = shape.reduce((product, n) => product * n, 1)
	const data = Float32Array.from({ length: size }, () => stream.next().value)
	if (dtype === "F32") return data
	const bits = new Uint16Array(size)
	halfFormats[dtype].narrow(data, bits)
	halfFormats[dtype].widen(bits, data)
	return data
}

test("long tensors are written in blocks that join without a seam", async () => {
	const data = Float32Array.from({ length: 600_001 }, (_, i) => (i % 2048) - 1024)
	for (const dtype of ["F32", "F16"] as const) {
		await writeSafetensors(target(), [{ name: "long", dtype, shape: [data.length], data }])
		const file = await openSafetensors(target())
		expect(Buffer.compare(Buffer.from((await file.readWeights("long")).buffer), Buffer.from(data.buffer))).toBe(0)
		await file.close()
	}
})

test("a part of a larger array is written as that part", async () => {
	const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3)
	await writeSafetensors(target(), [
		{ name: "a", dtype: "F32", shape: [2], data },
		{ name: "b", dtype: "F16", shape: [2], data },
	])
	const [a, b] = await tensorsOf(target())
	expect([a!.data, b!.data]).toEqual([Float32Array.of(1, 2), Float32Array.of(1, 2)])
})

const one = (over: Partial<StoredTensor>): StoredTensor => {
	return { name: "a", dtype: "F32", shape: [1], data: Float32Array.of(1), ...over }
}

test.each([
	["F16", 65520],
	["BF16", 3.4e38],
	["F32", Number.NaN],
	["F16", Number.NEGATIVE_INFINITY],
] as const)("in %s the value %d is refused, naming the tensor, and the old file stays", async (dtype, value) => {
	writeFileSync(target(), "old")
	const data = Float32Array.of(1, value)
	const tensors = [one({ name: "fine" }), one({ name: "big", dtype, shape: [2], data })]
	const refusal = new InvalidInputError(target(), 'element 1 of tensor "big"', `a finite number in ${dtype}`, data[1])
	await expect(writeSafetensors(target(), tensors)).rejects.toThrow(refusal)
	expect(readdirSync(folder())).toEqual(["m.safetensors"])
	expect(readFileSync(target(), "utf8")).toBe("old")
})

test("tensors that do not fit their shape, and names that are taken, are a mistake of the caller", async () => {
	for (const [tensors, what, expected, actual] of [
		[[one({ shape: [2] })], 'the data of tensor "a"', "2 long for its shape [2]", 1],
		[[one({ shape: [-1] })], 'the shape of tensor "a"', "natural numbers", [-1]],
		[[one({}), one({})], 'the name of tensor "a"', "its own", "taken"],
		[[one({ name: "__metadata__" })], 'the name of tensor "__metadata__"', "its own", "taken"],
	] as const) {
		await expect(writeSafetensors(target(), tensors)).rejects.toThrow(
			new ShapeError("writeSafetensors", what, expected, actual),
		)
	}
	expect(readdirSync(folder())).toEqual([])
})

test("a place that cannot be written is refused in one line, and nothing is left there", async () => {
	const nowhere = join(folder(), "none", "m.safetensors")
	await expect(writeSafetensors(nowhere, [one({})])).rejects.toThrow(
		new InvalidInputError(nowhere, "the file", "writable", "missing"),
	)
	mkdirSync(join(target(), "x"), { recursive: true })
	await expect(writeSafetensors(target(), [one({})])).rejects.toThrow(/m\.safetensors: the file must be writable \(was/)
	expect(readdirSync(folder())).toEqual(["m.safetensors"])
})
