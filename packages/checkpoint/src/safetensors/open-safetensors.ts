import { type FileHandle, open } from "node:fs/promises"
import { foreignContent, foreignStart, InvalidInputError, UnsupportedError } from "@winnow/tensor"
import { readExactly } from "../files/read-exactly.ts"
import { systemError } from "../files/system-error.ts"
import { isWeightDtype, type WeightDtype } from "./dtype.ts"
import { firstBeyond } from "./half-format.ts"
import { halfFormats } from "./half-formats.ts"
import { parseHeader, type TensorInfo, type TensorRange } from "./parse-header.ts"

/** An open safetensors file whose header has been checked. */
export interface SafetensorsFile {
	readonly path: string
	/** Size of the file. */
	readonly bytes: number
	/** In the order of their bytes in the file. */
	readonly tensors: ReadonlyMap<string, TensorInfo>
	/**
	 * A weight as float32, row-major: only its own bytes are read.
	 *
	 * @throws {InvalidInputError} when there is no such tensor or an element is NaN or infinite
	 * @throws {UnsupportedError} when it is neither F32 nor F16 nor BF16
	 */
	readWeights(name: string): Promise<Float32Array>
	/** A tensor's bytes as they are stored, whatever its dtype. */
	readBytes(name: string): Promise<Uint8Array>
	/** The whole file from its first byte, a block at a time. */
	blocks(): AsyncIterable<Uint8Array>
	/** Closes the file handle; nothing can be read afterwards. */
	close(): Promise<void>
}

const longestHeader = 100_000_000

/**
 * Opens a safetensors file and checks its header; tensors are read when asked for.
 *
 * @throws {InvalidInputError} naming the file, and the tensor where there is one: a file that cannot be read or is shorter than its header
 * says; a header that is no JSON, has a key twice or is over 100 MB (the limit of the reference implementation); tensors whose byte
 * ranges overlap, leave gaps, leave the file or do not fit shape and dtype
 * @throws {UnsupportedError} when it is a Git LFS pointer, a web page or a zip archive
 * @example
 * const file = await openSafetensors("model.safetensors")
 * const weights = await file.readWeights("classifier.weight")
 * await file.close()
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
	const handle = await open(path).catch((error) => {
		throw systemError(error, path, "the file", "readable")
	})
	try {
		const bytes = await sizeOf(handle, path)
		const header = await headerOf(handle, path, bytes)
		const dataStart = 8 + header.length
		const tensors = parseHeader(header, bytes - dataStart, path)
		return fileOf({ handle, path, bytes, dataStart, tensors })
	} catch (error) {
		await handle.close()
		throw error
	}
}

/** Text and archives read as a length beyond their own. */
async function refuseForeignContent(handle: FileHandle, path: string, bytes: number): Promise<void> {
	const start = new Uint8Array(Math.min(bytes, foreignStart))
	await readExactly(handle, path, start, 0)
	const foreign = foreignContent(start)
	if (foreign !== undefined) throw new UnsupportedError(path, foreign)
}

interface OpenFile {
	readonly handle: FileHandle
	readonly path: string
	readonly bytes: number
	readonly dataStart: number
	readonly tensors: ReadonlyMap<string, TensorRange>
}

async function sizeOf(handle: FileHandle, path: string): Promise<number> {
	const stats = await handle.stat()
	if (!stats.isFile())
		throw new InvalidInputError(path, "the path", "a file", stats.isDirectory() ? "a folder" : "a device")
	return stats.size
}

async function headerOf(handle: FileHandle, path: string, bytes: number): Promise<Uint8Array> {
	if (bytes < 8) throw new InvalidInputError(path, "the file", "at least 8 bytes long", bytes)
	const prefix = new Uint8Array(8)
	await readExactly(handle, path, prefix, 0)
	// A safe integer or something beyond every limit: precision lost above 2^53 decides nothing.
	const length = Number(new DataView(prefix.buffer).getBigUint64(0, true))
	if (length > bytes - 8) await refuseForeignContent(handle, path, bytes)
	if (length > longestHeader) {
		throw new InvalidInputError(path, "the header", `at most ${longestHeader} bytes long`, length)
	}
	if (length > bytes - 8) {
		throw new InvalidInputError(path, "the header", `within the file of ${bytes} bytes`, `${length} bytes long`)
	}
	const header = new Uint8Array(length)
	await readExactly(handle, path, header, 8)
	return header
}

function fileOf(file: OpenFile): SafetensorsFile {
	const { handle, path, bytes, tensors } = file
	let isOpen = true
	const refuseClosed = () => {
		if (!isOpen) throw new InvalidInputError(path, "the file", "open", "closed")
	}
	const range = (name: string): TensorRange => {
		const found = tensors.get(name)
		if (found === undefined) {
			throw new InvalidInputError(path, `tensor ${JSON.stringify(name)}`, "in the file", "missing")
		}
		return found
	}
	return {
		path,
		bytes,
		tensors,
		async readWeights(name) {
			refuseClosed()
			const { dtype, begin, end } = range(name)
			if (!isWeightDtype(dtype)) {
				throw new UnsupportedError(path, `tensor ${JSON.stringify(name)} is ${dtype}: weights are F32, F16 or BF16`)
			}
			const values = await floats(file, dtype, begin, end)
			refuseNonFinite(values, path, name)
			return values
		},
		async readBytes(name) {
			refuseClosed()
			const { begin, end } = range(name)
			const target = new Uint8Array(end - begin)
			await readExactly(handle, path, target, file.dataStart + begin)
			return target
		},
		blocks() {
			refuseClosed()
			return handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 })
		},
		async close() {
			isOpen = false
			await handle.close()
		},
	}
}

/** Elements converted at a time: the encoded bytes are never all in memory beside the decoded ones. */
const block = 1 << 18

async function floats(file: OpenFile, dtype: WeightDtype, begin: number, end: number): Promise<Float32Array> {
	const { handle, path, dataStart } = file
	if (dtype === "F32") {
		const values = new Float32Array((end - begin) / 4)
		await readExactly(handle, path, new Uint8Array(values.buffer), dataStart + begin)
		return values
	}
	const values = new Float32Array((end - begin) / 2)
	const bits = new Uint16Array(Math.min(block, values.length))
	for (let start = 0; start < values.length; start += block) {
		const part = bits.subarray(0, values.length - start)
		await readExactly(handle, path, new Uint8Array(part.buffer, 0, part.byteLength), dataStart + begin + 2 * start)
		halfFormats[dtype].widen(part, values.subarray(start, start + part.length))
	}
	return values
}

function refuseNonFinite(values: Float32Array, path: string, name: string): void {
	const at = firstBeyond(values, Number.POSITIVE_INFINITY)
	if (at < 0) return
	throw new InvalidInputError(path, `element ${at} of tensor ${JSON.stringify(name)}`, "a finite number", values[at]!)
}
