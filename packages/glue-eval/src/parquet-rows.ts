import { InvalidInputError, mustBe, UnsupportedError } from "@winnow/tensor"
import {
	type FileMetaData,
	parquetMetadataAsync,
	parquetReadObjects,
	parquetSchema,
	type SchemaElement,
} from "hyparquet"
import type { ByteSource } from "./byte-source.ts"
import { missingColumn } from "./missing-column.ts"
import { parquetCodecs } from "./parquet-codecs.ts"
import { refuseBrokenPages } from "./parquet-pages.ts"
import { StoredText, withTexts } from "./parquet-text.ts"
import { placeOf, type Row, type RowsWanted } from "./row.ts"
import type { Column } from "./task.ts"

/**
 * Rows of a Parquet file, one group of them at a time. Whole numbers of 64 bits come as BigInt.
 *
 * @throws {InvalidInputError} when it is broken, a column is missing or holds lists or structures, or a text is not UTF-8
 * @throws {UnsupportedError} when it is compressed by a method that is not known here
 */
export function parquetRows(source: ByteSource, wanted: RowsWanted): AsyncGenerator<readonly ParquetRow[]> {
	return parquetRecords(source, { ...wanted, holding: "values" })
}

type ParquetRow = Row & { readonly cells: readonly unknown[] }

/**
 * The same, of columns that may hold lists and structures: as arrays and objects.
 *
 * @throws what `parquetRows` throws
 */
export async function* parquetRecords(
	source: ByteSource,
	{ file, columns, holding }: Pick<RowsWanted, "file" | "columns"> & { readonly holding: "values" | "anything" },
): AsyncGenerator<readonly ParquetRow[]> {
	const { row_groups, ...rest } = await readable(file, () => parquetMetadataAsync(source))
	// Where there is no row there need be no page.
	const metadata = { ...rest, row_groups: row_groups.filter(({ num_rows }) => num_rows !== 0n) }
	const fields = await readable(file, () => fieldsIn(metadata))
	const chosen = columns.map((column) => fieldOf(column, fields, { file, holding }))
	const names = [...new Set(chosen.map(({ name }) => name))]
	refuseCompression(metadata, names, file)
	await readable(file, () => refuseBrokenPages(source, metadata, names))
	let first = 0
	for (const group of metadata.row_groups) {
		const alone = { ...metadata, num_rows: group.num_rows, row_groups: [group] }
		const options = { file: source, metadata: alone, columns: names, parsers, compressors: parquetCodecs }
		const objects = await readable(file, () => parquetReadObjects(options))
		if (objects.length !== Number(group.num_rows)) throw miscounted(file, group.num_rows, objects.length)
		const rows = objects.map((object, index) => {
			const place = { row: first + index }
			const cells = chosen.map(({ name, decimals }) => {
				const value = withTexts(object[name], name, placeOf(file, place))
				return decimals !== undefined && typeof value === "number" ? Number(value.toFixed(decimals)) : value
			})
			return { ...place, cells }
		})
		first += rows.length
		yield rows
	}
	if (first !== Number(metadata.num_rows)) throw miscounted(file, metadata.num_rows, first)
}

/** Texts are decoded where it is known which row they are of. */
const parsers = {
	// The library's types ask for a text.
	stringFromBytes: (bytes: Uint8Array | undefined) => (bytes && new StoredText(bytes)) as unknown as string,
}

function miscounted(file: string, expected: bigint, actual: number): InvalidInputError {
	return new InvalidInputError(file, "the rows", `${expected}, as the file says`, actual)
}

/** What is read out of a broken file may be refused by any part of the library. */
async function readable<T>(file: string, read: () => T | Promise<T>): Promise<T> {
	try {
		return await read()
	} catch (cause) {
		if (cause instanceof InvalidInputError) throw cause
		// An error of another class is one of the language, which the library ran into.
		const reason = cause instanceof Error && cause.constructor === Error ? cause.message.split("\n")[0] : "broken"
		throw new InvalidInputError(file, "the file", "whole Parquet", reason, { cause })
	}
}

interface Field {
	readonly name: string
	/** Whether it holds one value a row. */
	readonly isValue: boolean
	/** Digits after the point of a decimal number: the library multiplies, which is off by the last bit. */
	readonly decimals: number | undefined
}

function fieldsIn(metadata: FileMetaData): readonly Field[] {
	return parquetSchema(metadata).children.map(({ element, children }) => ({
		name: element.name,
		isValue: children.length === 0 && element.repetition_type !== "REPEATED",
		decimals: decimalsOf(element),
	}))
}

function decimalsOf({ converted_type, scale = 0 }: SchemaElement): number | undefined {
	return converted_type === "DECIMAL" && scale >= 0 && scale <= 100 ? scale : undefined
}

function fieldOf(
	column: Column,
	fields: readonly Field[],
	{ file, holding }: { readonly file: string; readonly holding: "values" | "anything" },
): Field {
	const names = fields.map(({ name }) => name)
	const name = column.find((name) => names.includes(name))
	if (name === undefined) throw missingColumn(file, column, names)
	const [field, ...others] = fields.filter((field) => field.name === name)
	if (others.length > 0) throw new InvalidInputError(file, `the column ${name}`, "there once", "there twice")
	if (field!.isValue || holding === "anything") return field!
	throw new InvalidInputError(file, `the column ${name}`, "one value a row", "lists or structures")
}

function refuseCompression({ row_groups }: FileMetaData, columns: readonly string[], file: string): void {
	const known = ["UNCOMPRESSED", ...Object.keys(parquetCodecs)]
	for (const { meta_data } of row_groups.flatMap(({ columns }) => columns)) {
		if (meta_data === undefined || !columns.includes(meta_data.path_in_schema[0]!)) continue
		if (known.includes(meta_data.codec)) continue
		throw new UnsupportedError(file, mustBe("the compression", `one of ${known.join(", ")}`, meta_data.codec))
	}
}
