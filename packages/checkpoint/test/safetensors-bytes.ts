/** One tensor as a safetensors header describes it; anything goes, for files that are wrong on purpose. */
export interface Entry {
	readonly dtype?: unknown
	readonly shape?: unknown
	readonly data_offsets?: unknown
}

/** A safetensors file from its parts: the header's text or object, and the bytes after it. */
export function safetensorsBytes(header: string | Readonly<Record<string, Entry | object>>, data: Uint8Array): Buffer {
	const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header))
	const length = Buffer.alloc(8)
	length.writeBigUInt64LE(BigInt(text.length))
	return Buffer.concat([length, text, data])
}

/** The bytes of float32 numbers. */
export function float32Bytes(...values: number[]): Uint8Array {
	return new Uint8Array(Float32Array.from(values).buffer)
}
