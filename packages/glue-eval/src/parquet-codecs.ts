import { brotliDecompressSync, gunzipSync } from "node:zlib"
import { type Compressors, snappyUncompress } from "hyparquet"
import { decompressLz4, decompressLz4Raw, decompressZstd } from "hyparquet-compressors"

/** How Parquet's pages may be compressed, and what undoes it; pages that turn out longer than they say are refused. */
export const parquetCodecs: Compressors = {
	SNAPPY(bytes, size) {
		const page = new Uint8Array(size)
		snappyUncompress(bytes, page)
		return page
	},
	// Node's own check the length and the checksum.
	GZIP: (bytes, size) => gunzipSync(bytes, { maxOutputLength: Math.max(1, size) }),
	BROTLI: (bytes, size) => brotliDecompressSync(bytes, { maxOutputLength: Math.max(1, size) }),
	ZSTD: (bytes, size) => decompressZstd(bytes, new Uint8Array(size)),
	LZ4: decompressLz4,
	LZ4_RAW: decompressLz4Raw,
}

/** The content of a page. */
export function decompressedPage(
	bytes: Uint8Array,
	size: number,
	codec: keyof Compressors | "UNCOMPRESSED",
): Uint8Array {
	const decompress = parquetCodecs[codec]
	const page = decompress === undefined ? bytes : decompress(bytes, size)
	if (page.length !== size) throw new Error(`a page of ${page.length} bytes that should have ${size}`)
	return page
}
