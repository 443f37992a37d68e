import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { linesOf } from "./json-lines.ts"
import { type Row, rowsOf } from "./row.ts"

/** Rows of a file that need not exist yet. */
export async function readRows(file: string): Promise<readonly Row[]> {
	return rowsOf(await textOf(file), file)
}

/** Adds rows at the end: all of them or, whatever happens meanwhile, none. */
export async function appendRows(file: string, rows: readonly Row[]): Promise<void> {
	const half = `${file}.${process.pid}.part`
	await mkdir(dirname(file), { recursive: true })
	await writeFile(half, (await textOf(file)) + linesOf(rows))
	await rename(half, file)
}

async function textOf(file: string): Promise<string> {
	return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
		if (error.code === "ENOENT") return ""
		throw error
	})
}
