/**
 * The protobuf wire format, writing only: a message is a list of byte chunks with their total length, so that weights are copied
 * once, when the finished model is joined.
 */
export interface Chunks {
	readonly length: number
	readonly parts: readonly Uint8Array[]
}

const encoder = new TextEncoder()
const wireVarint = 0
const wireBytes = 2
const wireFixed32 = 5

export function message(fields: readonly Chunks[]): Chunks {
	return {
		length: fields.reduce((sum, field) => sum + field.length, 0),
		parts: fields.flatMap((field) => field.parts),
	}
}

/** An int32, int64, enum or bool field. Negative numbers take ten bytes, as protobuf wants it. */
export function integer(number: number, value: number | bigint): Chunks {
	return chunk([...varint((number << 3) | wireVarint), ...varint(value)])
}

export function float(number: number, value: number): Chunks {
	const bytes = new Uint8Array(Float32Array.of(value).buffer)
	return chunk([...varint((number << 3) | wireFixed32), ...bytes])
}

export function string(number: number, value: string): Chunks {
	return bytes(number, encoder.encode(value))
}

export function bytes(number: number, value: Uint8Array): Chunks {
	return embedded(number, { length: value.length, parts: [value] })
}

/** A message within a message. */
export function embedded(number: number, value: Chunks): Chunks {
	const header = Uint8Array.from([...varint((number << 3) | wireBytes), ...varint(value.length)])
	return { length: header.length + value.length, parts: [header, ...value.parts] }
}

export function joined({ length, parts }: Chunks): Uint8Array<ArrayBuffer> {
	const all = new Uint8Array(length)
	let offset = 0
	for (const part of parts) {
		all.set(part, offset)
		offset += part.length
	}
	return all
}

function chunk(values: readonly number[]): Chunks {
	return { length: values.length, parts: [Uint8Array.from(values)] }
}

function varint(value: number | bigint): number[] {
	const out: number[] = []
	let rest = BigInt.asUintN(64, BigInt(value))
	while (rest > 0x7fn) {
		out.push(Number(rest & 0x7fn) | 0x80)
		rest >>= 7n
	}
	out.push(Number(rest))
	return out
}
