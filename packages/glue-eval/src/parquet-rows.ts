import { InvalidInputError, mustBe, UnsupportedError } from "@winnow/tensor"
import { type FileMetaData, parquetMetadata, parquetReadObjects, parquetSchema } from "hyparquet"
import { missingColumn } from "./missing-column.ts"
import { refuseBrokenPages } from "./parquet-pages.ts"
import type { Row, RowsWanted } from "./row.ts"
import type { Column } from "./task.ts"

const compressions: readonly string[] = ["UNCOMPRESSED", "SNAPPY"]

/**
 * Rows of a Parquet file. Whole numbers of 64 bits come as BigInt.
 *
 * @throws {InvalidInputError} when it is broken, or a column is missing or holds lists or structures
 * @throws {UnsupportedError} when it is compressed by another method than Snappy
 */
export async function parquetRows(bytes: Uint8Array, wanted: RowsWanted): Promise<readonly Row[]> {
	return parquetRecords(bytes, { ...wanted, holding: "values" })
}

/**
 * The same, of columns that may hold lists and structures: as arrays and objects.
 *
 * @throws what `parquetRows` throws
 */
export async function parquetRecords(
	bytes: Uint8Array,
	{ file, columns, holding }: Pick<RowsWanted, "file" | "columns"> & { readonly holding: "values" | "anything" },
): Promise<readonly (Row & { readonly cells: readonly unknown[] })[]> {
	const content = new Uint8Array(bytes).buffer
	const metadata = await readable(file, () => parquetMetadata(content))
	const names = await readable(file, () => columnsIn(metadata))
	const chosen = columns.map((column) => nameOf(column, names, { file, holding }))
	refuseCompression(metadata, chosen, file)
	await readable(file, () => refuseBrokenPages(content, metadata, chosen))
	const rows = await readable(file, () =>
		parquetReadObjects({ file: content, metadata, columns: [...new Set(chosen)] }),
	)
	if (BigInt(rows.length) !== BigInt(metadata.num_rows)) {
		throw new InvalidInputError(file, "the rows", `${metadata.num_rows}, as the file says`, rows.length)
	}
	return rows.map((object, row) => ({ row, cells: chosen.map((name) => object[name]) }))
}

/** What is read out of a broken file may be refused by any part of the library. */
async function readable<T>(file: string, read: () => T | Promise<T>): Promise<T> {
	try {
		return await read()
	} catch (cause) {
		// An error of another class is one of the language, which the library ran into.
		const reason = cause instanceof Error && cause.constructor === Error ? cause.message.split("\n")[0] : "broken"
		throw new InvalidInputError(file, "the file", "whole Parquet", reason, { cause })
	}
}

/** Columns by name, and whether they hold one value a row. */
function columnsIn(metadata: FileMetaData): ReadonlyMap<string, boolean> {
	return new Map(
		parquetSchema(metadata).children.map(({ element, children }) => [
			element.name,
			children.length === 0 && element.repetition_type !== "REPEATED",
		]),
	)
}

function nameOf(
	column: Column,
	names: ReadonlyMap<string, boolean>,
	{ file, holding }: { readonly file: string; readonly holding: "values" | "anything" },
): string {
	const name = column.find((name) => names.has(name))
	if (name === undefined) throw missingColumn(file, column, [...names.keys()])
	if (names.get(name) || holding === "anything") return name
	throw new InvalidInputError(file, `the column ${name}`, "one value a row", "lists or structures")
}

function refuseCompression({ row_groups }: FileMetaData, columns: readonly string[], file: string): void {
	for (const { meta_data } of row_groups.flatMap(({ columns }) => columns)) {
		if (meta_data === undefined || !columns.includes(meta_data.path_in_schema[0]!)) continue
		if (compressions.includes(meta_data.codec)) continue
		throw new UnsupportedError(file, mustBe("the compression", "Snappy or none", meta_data.codec))
	}
}
