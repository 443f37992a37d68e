import type { FileHandle } from "node:fs/promises"
import { InvalidInputError, ShapeError } from "@winnow/tensor"
import { replaceFile, writeFully } from "../files/replace-file.ts"
import { dtypeBits, type WeightDtype } from "./dtype.ts"
import { firstBeyond } from "./half-format.ts"
import { halfFormats } from "./half-formats.ts"

/** A weight to be written: float32 in memory, encoded as `dtype` in the file. */
export interface StoredTensor {
	readonly name: string
	readonly dtype: WeightDtype
	readonly shape: readonly number[]
	/** Row-major. */
	readonly data: Float32Array
}

/**
 * Writes a safetensors file, byte for byte as the reference implementation does from the same tensors, in whatever order they come:
 * F32, then BF16, then F16, by name within each; the header padded with spaces to 8 bytes; `{"format": "pt"}` as metadata.
 *
 * The file appears under its name when it is complete. Besides the tensors given, a few hundred kB of memory are used.
 *
 * @throws {InvalidInputError} when a value is NaN, infinite or rounds to infinity in its dtype, or the file cannot be written
 * @throws {ShapeError} when a shape does not fit its data, or a name is there twice or reserved
 * @example
 * await writeSafetensors("model.safetensors", [{ name: "a", dtype: "F16", shape: [2], data: Float32Array.of(1, 2) }])
 */
export async function writeSafetensors(path: string, tensors: Iterable<StoredTensor>): Promise<void> {
	const ordered = inFileOrder(tensors)
	refuseUnfit(ordered)
	for (const tensor of ordered) refuseUnencodable(tensor, path)
	await replaceFile(path, async (handle) => {
		await writeFully(handle, headerOf(ordered))
		for (const tensor of ordered) await writeData(handle, tensor)
	})
}

/** The reference implementation sorts by its list of dtypes, backwards: BF16 comes before F16. */
const dtypeRank: Readonly<Record<WeightDtype, number>> = { F32: 0, BF16: 1, F16: 2 }

function inFileOrder(tensors: Iterable<StoredTensor>): readonly StoredTensor[] {
	// By UTF-8 bytes: JavaScript's own order of strings is by UTF-16 units, another one beyond U+FFFF.
	return Array.from(tensors, (tensor) => ({ tensor, key: Buffer.from(tensor.name) }))
		.sort((a, b) => dtypeRank[a.tensor.dtype] - dtypeRank[b.tensor.dtype] || Buffer.compare(a.key, b.key))
		.map(({ tensor }) => tensor)
}

function refuseUnfit(tensors: readonly StoredTensor[]): void {
	const names = new Set(["__metadata__"])
	for (const { name, shape, data } of tensors) {
		const what = `tensor ${JSON.stringify(name)}`
		if (names.has(name)) throw new ShapeError("writeSafetensors", `the name of ${what}`, "its own", "taken")
		names.add(name)
		if (shape.some((size) => !Number.isSafeInteger(size) || size < 0)) {
			throw new ShapeError("writeSafetensors", `the shape of ${what}`, "natural numbers", shape)
		}
		const size = shape.reduce((product, n) => product * n, 1)
		if (size !== data.length) {
			throw new ShapeError(
				"writeSafetensors",
				`the data of ${what}`,
				`${size} long for its shape [${shape.join(", ")}]`,
				data.length,
			)
		}
	}
}

function refuseUnencodable({ name, dtype, data }: StoredTensor, path: string): void {
	const at = firstBeyond(data, dtype === "F32" ? Number.POSITIVE_INFINITY : halfFormats[dtype].limit)
	if (at < 0) return
	const what = `element ${at} of tensor ${JSON.stringify(name)}`
	throw new InvalidInputError(path, what, `a finite number in ${dtype}`, data[at]!)
}

/** The length of the header and the header. Written by hand: an object would move names such as "7" to the front. */
function headerOf(tensors: readonly StoredTensor[]): Uint8Array {
	const entries = ['"__metadata__":{"format":"pt"}']
	let offset = 0
	for (const { name, dtype, shape, data } of tensors) {
		const end = offset + (data.length * dtypeBits[dtype]) / 8
		entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [offset, end] })}`)
		offset = end
	}
	const json = Buffer.from(`{${entries.join(",")}}`)
	const length = Math.ceil(json.length / 8) * 8
	const header = Buffer.alloc(8 + length, " ")
	header.writeBigUInt64LE(BigInt(length))
	json.copy(header, 8)
	return header
}

/** Elements encoded at a time. */
const block = 1 << 17

async function writeData(handle: FileHandle, { dtype, data }: StoredTensor): Promise<void> {
	if (dtype === "F32") return writeFully(handle, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
	const bits = new Uint16Array(Math.min(block, data.length))
	for (let start = 0; start < data.length; start += block) {
		const values = data.subarray(start, start + block)
		halfFormats[dtype].narrow(values, bits)
		await writeFully(handle, new Uint8Array(bits.buffer, 0, 2 * values.length))
	}
}
