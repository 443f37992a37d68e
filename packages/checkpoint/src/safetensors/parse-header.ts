import { InvalidInputError } from "@winnow/tensor"
import { type } from "arktype"
import { notAList } from "../json/not-a-list.ts"
import { parseJsonObject } from "../json/parse-json-object.ts"
import { validated } from "../json/validated.ts"
import { type Dtype, dtypeBits, isDtype } from "./dtype.ts"

/** What a file says about one of its tensors. */
export interface TensorInfo {
	readonly dtype: Dtype
	readonly shape: readonly number[]
}

/** A tensor and its bytes, counted from the end of the header; `end` is the first byte after it. */
export interface TensorRange extends TensorInfo {
	readonly begin: number
	readonly end: number
}

const naturalNumber = type(`0 <= number.integer <= ${Number.MAX_SAFE_INTEGER}`).describe("a natural number")
const entrySchema = type({
	dtype: "string",
	shape: naturalNumber.array(),
	data_offsets: type([naturalNumber, naturalNumber]).describe("a begin and an end"),
})
const metadataSchema = type({ "[string]": "string" }).narrow(notAList)

/**
 * The tensors that a safetensors header describes, in the order of their bytes.
 *
 * Accepted only if every byte of the data belongs to exactly one tensor, which is as long as its shape and dtype say
 * (https://github.com/huggingface/safetensors, section Format).
 *
 * @param bytes - the header, without the 8 bytes of its length
 * @param dataBytes - how many bytes of the file follow it
 * @param path - the file, for messages
 * @throws {InvalidInputError} naming the file and the tensor
 */
export function parseHeader(bytes: Uint8Array, dataBytes: number, path: string): ReadonlyMap<string, TensorRange> {
	const { __metadata__: metadata, ...entries } = parseJsonObject(bytes, path, "the header")
	// The reference implementation reads null as no metadata.
	if (metadata !== undefined && metadata !== null) validated(metadataSchema, metadata, path, "__metadata__")
	const ranges = Object.entries(entries).map(([name, entry]) => [name, rangeOf(name, entry, path)] as const)
	ranges.sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)
	refuseUncovered(ranges, dataBytes, path)
	return new Map(ranges)
}

function rangeOf(name: string, entry: unknown, path: string): TensorRange {
	const what = `tensor ${JSON.stringify(name)}`
	const { dtype, shape, data_offsets: offsets } = validated(entrySchema, entry, path, what)
	const [begin, end] = offsets
	if (!isDtype(dtype)) {
		throw new InvalidInputError(path, `the dtype of ${what}`, "one of the safetensors format", JSON.stringify(dtype))
	}
	const bytes = (shape.reduce((product, size) => product * size, 1) * dtypeBits[dtype]) / 8
	if (end - begin !== bytes) {
		const expected = `${bytes} bytes long for ${dtype} [${shape.join(", ")}]`
		throw new InvalidInputError(path, `the byte range of ${what}`, expected, `${begin} to ${end}`)
	}
	return { dtype, shape, begin, end }
}

function refuseUncovered(ranges: readonly (readonly [string, TensorRange])[], dataBytes: number, path: string): void {
	let covered = 0
	for (const [name, { begin, end }] of ranges) {
		const refused = (expected: string) =>
			new InvalidInputError(path, `the byte range of tensor ${JSON.stringify(name)}`, expected, `${begin} to ${end}`)
		if (end > dataBytes) throw refused(`within the file's ${dataBytes} bytes of data`)
		if (begin < covered) throw refused(`free of overlap: from byte ${covered} on`)
		if (begin > covered) throw refused(`without a gap before it: from byte ${covered} on`)
		covered = end
	}
	if (covered < dataBytes) {
		throw new InvalidInputError(
			path,
			"the data",
			`${covered} bytes long, as the header says`,
			`${dataBytes} bytes long`,
		)
	}
}
