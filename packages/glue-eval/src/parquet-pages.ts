import { crc32 } from "node:zlib"
import { type FileMetaData, parquetSchema } from "hyparquet"
import { parquetHeader } from "hyparquet/src/column.js"
import type { ByteSource } from "./byte-source.ts"
import { decompressedPage } from "./parquet-codecs.ts"
import { refuseLongRuns } from "./parquet-runs.ts"

type ColumnChunk = NonNullable<FileMetaData["row_groups"][number]["columns"][number]["meta_data"]>
type PageHeader = ReturnType<typeof parquetHeader>

/**
 * Walks the pages of some columns before they are decoded: the library trusts sizes and counts, and a wrong one can keep it busy for
 * ever.
 *
 * Every page lies within its column, its checksum, where it has one, is right, its runs of equal values are not longer than the page,
 * and the values are as many as the row group has rows, or, in lists, at least as many.
 *
 * @param columns - names of columns, with all that is in them
 * @throws {Error} saying what is broken
 */
export async function refuseBrokenPages(
	source: ByteSource,
	metadata: FileMetaData,
	columns: readonly string[],
): Promise<void> {
	const schema = parquetSchema(metadata)
	for (const { num_rows, columns: chunks } of metadata.row_groups) {
		for (const { meta_data: chunk } of chunks) {
			if (chunk === undefined || !columns.includes(chunk.path_in_schema[0]!)) continue
			const levels = levelsOf(schema, chunk.path_in_schema)
			const values = BigInt(await valuesIn(source, chunk, levels))
			const isRight = levels.repetition === 0 ? values === num_rows : values >= num_rows
			if (!isRight) throw new Error(`${values} values in a group of ${num_rows} rows`)
		}
	}
}

/** The highest levels of a column: in how many lists its values are, and what of its path need not be there. */
interface Levels {
	readonly repetition: number
	readonly definition: number
}

function levelsOf(schema: ReturnType<typeof parquetSchema>, path: readonly string[]): Levels {
	let [tree, repetition, definition]: [typeof schema | undefined, number, number] = [schema, 0, 0]
	for (const part of path) {
		tree = tree?.children.find(({ element }) => element.name === part)
		if (tree === undefined) throw new Error(`a column ${path.join(".")} that the schema has not`)
		if (tree.element.repetition_type === "REPEATED") repetition++
		if (tree.element.repetition_type !== "REQUIRED") definition++
	}
	return { repetition, definition }
}

/** How many values the pages of a column chunk say they have. */
async function valuesIn(source: ByteSource, chunk: ColumnChunk, levels: Levels): Promise<number> {
	const data = Number(chunk.data_page_offset)
	const start = Math.min(data, Number(chunk.dictionary_page_offset || data))
	const end = start + Number(chunk.total_compressed_size)
	refuseOutside(start, [0, end], "a column's place")
	refuseOutside(end, [start, source.byteLength], "a column's end")
	const reader = { view: new DataView(await source.slice(start, end)), offset: 0 }
	let sum = 0
	// The last byte may be padding: the library stops there, too.
	while (reader.offset < reader.view.byteLength - 1) {
		const header = parquetHeader(reader)
		const page = checkedPage(reader, header, chunk)
		const values = checkedCount(header, chunk, levels)
		if (values > 0) refuseBrokenRuns(page, header, { chunk, levels, values })
		reader.offset += page.byteLength
		sum += values
	}
	return sum
}

/** The bytes of a page, as they are in the file. */
function checkedPage(
	{ view, offset }: { readonly view: DataView; readonly offset: number },
	{ compressed_page_size: size, uncompressed_page_size, crc }: PageHeader,
	chunk: ColumnChunk,
): Uint8Array {
	refuseOutside(size, [0, view.byteLength - offset], "a page's size")
	refuseOutside(uncompressed_page_size, [0, Number(chunk.total_uncompressed_size)], "a page's full size")
	const page = new Uint8Array(view.buffer, offset, size)
	if (crc !== undefined && crc >>> 0 !== crc32(page)) throw new Error("a page's checksum is wrong")
	return page
}

/** The values of a page; 0 for a dictionary. */
function checkedCount(header: PageHeader, chunk: ColumnChunk, { repetition }: Levels): number {
	const { data_page_header: v1, data_page_header_v2: v2, dictionary_page_header: dictionary } = header
	if (dictionary) {
		refuseOutside(dictionary.num_values, [0, header.uncompressed_page_size], "a dictionary's size")
		return 0
	}
	const values = (v1 ?? v2)?.num_values ?? 0
	refuseOutside(values, [0, Number(chunk.num_values)], "a page's count of values")
	if (v2) {
		refuseOutside(v2.num_nulls, [0, values], "a page's count of empty values")
		const room = header.compressed_page_size
		refuseOutside(v2.repetition_levels_byte_length, [0, repetition === 0 ? 0 : room], "the size of a page's lists")
		const left = room - v2.repetition_levels_byte_length
		refuseOutside(v2.definition_levels_byte_length, [0, left], "the size of a page's levels")
	}
	return values
}

interface PageOf {
	readonly chunk: ColumnChunk
	readonly levels: Levels
	readonly values: number
}

/** Levels say where a value is there, in runs; so do indices say which of the dictionary it is. */
function refuseBrokenRuns(page: Uint8Array, header: PageHeader, { chunk, levels, values }: PageOf): void {
	const v2 = header.data_page_header_v2
	const listsSize = v2?.repetition_levels_byte_length ?? 0
	const levelsSize = listsSize + (v2?.definition_levels_byte_length ?? 0)
	const widths = [levels.repetition, levels.definition].map((highest) => 32 - Math.clz32(highest))
	const codec = v2?.is_compressed === false ? "UNCOMPRESSED" : chunk.codec
	const content = decompressedPage(page.subarray(levelsSize), header.uncompressed_page_size - levelsSize, codec)
	let at = 0
	if (v2) {
		refuseLongRuns(page.subarray(0, listsSize), widths[0]!, values)
		refuseLongRuns(page.subarray(listsSize, levelsSize), widths[1]!, values)
	} else {
		for (const width of widths) if (width > 0) at += endOfSizedRuns(content.subarray(at), width, values)
	}
	const encoding = (header.data_page_header ?? v2)?.encoding
	if (encoding === "RLE") endOfSizedRuns(content.subarray(at), 1, values)
	if (encoding?.endsWith("_DICTIONARY")) refuseLongRuns(content.subarray(at + 1), content[at] ?? 0, values)
}

/** Runs whose size stands before them. */
function endOfSizedRuns(bytes: Uint8Array, width: number, values: number): number {
	if (bytes.byteLength < 4) throw new Error("runs without a size")
	const end = 4 + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true)
	refuseOutside(end, [4, bytes.byteLength], "the size of runs")
	refuseLongRuns(bytes.subarray(4, end), width, values)
	return end
}

function refuseOutside(value: number, [lowest, highest]: readonly [number, number], what: string): void {
	if (Number.isInteger(value) && value >= lowest && value <= highest) return
	// A broken header may hold a structure where a number belongs.
	const actual = typeof value === "number" ? value : "no number"
	throw new Error(`${what} is ${actual}, not from ${lowest} to ${highest}`)
}
